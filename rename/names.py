"""Lists NAME tokens of some words, by file and enclosing function."""
import ast, io, sys, tokenize, collections, subprocess
words=set(sys.argv[2].split(','))
root=sys.argv[1]
files=subprocess.run(['git','-C',root,'ls-files','*.py'],capture_output=True,text=True).stdout.split()
only=sys.argv[3:] 
for f in files:
    if only and not any(f.startswith(o) for o in only): continue
    src=open(f'{root}/{f}').read()
    spans=[]
    def walk(node,prefix):
        for c in ast.iter_child_nodes(node):
            if isinstance(c,(ast.FunctionDef,ast.ClassDef,ast.AsyncFunctionDef)):
                q=prefix+c.name
                spans.append((c.lineno,c.end_lineno,q)); walk(c,q+'.')
            else: walk(c,prefix)
    walk(ast.parse(src),'')
    cnt=collections.OrderedDict()
    for t in tokenize.generate_tokens(io.StringIO(src).readline):
        ws=[]
        if t.type==tokenize.NAME and t.string in words: ws=[t.string]
        elif t.type==tokenize.STRING and t.string[:2].lower() in('f"',"f'"):
            import re
            for m in re.finditer(r'\{[^{}]*\}',t.string):
                ws+= [w for w in re.findall(r'(?<![.\w\'"])\w+',m.group()) if w in words]
        for w in ws:
            inner=[q for a,b,q in spans if a<=t.start[0]<=b]
            q=inner[-1] if inner else '<mod>'
            cnt[(w,q)]=cnt.get((w,q),0)+1
    if cnt: 
        by=collections.OrderedDict()
        for (w,q),n in cnt.items(): by.setdefault(w,[]).append(f'{q}:{n}')
        print(f, '; '.join(f'{w}[{" ".join(v)}]' for w,v in by.items()))
