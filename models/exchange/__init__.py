"""What goes out of Pullcord and comes back in open formats: cases and training sets as tables, Label Studio tasks, releases as plain folders."""
