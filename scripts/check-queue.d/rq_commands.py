NAME='rq-commands'
def check(context): return ''
