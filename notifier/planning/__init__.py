"""Change, promise, rulings and now in; Plan out: duties, deadline, notices, feasibility."""
