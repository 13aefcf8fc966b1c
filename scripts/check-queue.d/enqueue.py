NAME='enqueue'
def check(context): return ''
