"""A line of milling machines after the published rules of the AI4I 2020 set, generated with its true causes."""
