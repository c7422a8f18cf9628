"""The net that moves bodies, and the judge that says whether words and motion fit."""
