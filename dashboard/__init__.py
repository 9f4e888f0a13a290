"""The live classroom: Streamlit pages, and plain routes for what moves by itself."""
