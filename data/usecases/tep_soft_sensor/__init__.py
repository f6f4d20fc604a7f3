"""A soft sensor of the product's composition on the Tennessee Eastman process."""
