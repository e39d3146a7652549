import os

print("begin")
print("::nightshift output total=12.50::")
print("::nightshift output user=" + os.environ["USER"] + "::")
