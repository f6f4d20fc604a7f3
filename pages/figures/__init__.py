"""Pure figures: a record or a frame in, a Plotly figure out. No streamlit and no store here."""
