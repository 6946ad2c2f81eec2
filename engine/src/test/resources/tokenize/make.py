"""Makes the fixtures of this folder with the tokenizers (0.23.3) and sentencepiece (0.2.3) libraries.

usage: make.py TINY_TOKENIZER_JSON BOOK_TXT (the tiny model's tokenizer.json, an excerpt of The Hound of the Baskervilles); writes into the current folder
"""
import io
import json
import sys

import sentencepiece as spm
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TINY, BOOK = sys.argv[1:3]

# --- tiny
t=Tokenizer.from_file(TINY)
S=["", " ", "  ", "Hello", "Hello world", " Hello  world ", "don't can't I'll we've they're he'd I'm it's", "DON'T I'LL", "1234567890", "3.14159, 1,000", "a\nb","a\n\nb\n\n\nc","tabs\t\tand\ttabs","   leading","trailing   ","\r\nwindows\r\nlines\r\n", "caf\u00e9 cafe\u0301 n\u0303", "\u4f60\u597d\u4e16\u754c", "\U0001F600\U0001F468\u200d\U0001F469\u200d\U0001F467 ok", "\u00a0nbsp\u2003em\u3000ideo", "\u0085nel \u2028ls", "\u0661\u0662\u0663 \u00bd \u2167", "_under_score__", "x=y+1; // c", "<|user|>hi<|assistant|> ho<|endoftext|>", "<|user|", "'", "''s", "\u017ft's '\u017f", "a"*300, " "*200, "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627", "e\u0301\u0302\u0303", "\x00\x01\x7f", "\ufeffbom", "\ufffd", "\x1c\x1d\x1e\x1f x", "\u180e\u200b\u2060 z", "\U0001D54F\U0001D7D8\U00010400"]
out=[{"text":s,"ids":t.encode(s,add_special_tokens=False).ids} for s in S]
t.encode_special_tokens=True
for o in out: o["plain_ids"]=t.encode(o["text"],add_special_tokens=False).ids
json.dump(out,open('tiny.json','w'),indent=0)

# --- components
text=open(BOOK).read()[:60000].splitlines()
S=["", " ", "Hello", " Hello  world ", "The hound, he said.\nTwo lines", "   leading", "trailing  ", "\u4f60\u597d caf\u00e9", "\U0001F600 ok", "<s>Hi</s> there", "a<mask>b", "a  <mask>  b", "a <mask> b<word>c <word> d", "x<word>", "<word>", "New York is NEW YORK", "e\u0301", "12 345", "tab\tand\r\n", "\u2581mark", "don't", "it's \u00a0 odd", "[NORM] x", "\uff21\uff22"]
def out(name,t):
    t.save('%s.tokenizer.json'%name,pretty=False)
    exp=[]
    for s in S:
        ids=t.encode(s,add_special_tokens=False).ids
        t.encode_special_tokens=True
        plain=t.encode(s,add_special_tokens=False).ids
        t.encode_special_tokens=False
        exp.append({"text":s,"ids":ids,"plain_ids":plain,"decoded":t.decode(ids,skip_special_tokens=False),"decoded_text":t.decode(ids)})
    json.dump(exp,open('%s.expected.json'%name,'w'),indent=0)
    print(name,t.get_vocab_size())
bytes_=["<0x%02X>"%i for i in range(256)]
def added(t):
    t.add_special_tokens([AddedToken("<mask>",lstrip=True,rstrip=True,special=True,normalized=False)])
    t.add_tokens([AddedToken("<word>",single_word=True,normalized=False),AddedToken("York",lstrip=True,normalized=False),AddedToken("[NORM]",normalized=True)])
# llama-2 style
t=Tokenizer(models.BPE(unk_token="<unk>",fuse_unk=True,byte_fallback=True))
t.normalizer=normalizers.Sequence([normalizers.Prepend("\u2581"),normalizers.Replace(" ","\u2581")])
t.decoder=decoders.Sequence([decoders.Replace("\u2581"," "),decoders.ByteFallback(),decoders.Fuse(),decoders.Strip(" ",1,0)])
t.pre_tokenizer=pre_tokenizers.Split("\u2581","merged_with_next")
t.train_from_iterator(text,trainers.BpeTrainer(vocab_size=900,special_tokens=["<unk>","<s>","</s>"]+bytes_,show_progress=False))
t.pre_tokenizer=None
added(t)
t.post_processor=processors.TemplateProcessing(single="<s> $A",special_tokens=[("<s>",1)])
out('llama2',t)
# metaspace
t=Tokenizer(models.BPE(unk_token="<unk>",fuse_unk=False,byte_fallback=False))
t.pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first")
t.decoder=decoders.Metaspace(prepend_scheme="first")
t.train_from_iterator(text,trainers.BpeTrainer(vocab_size=700,special_tokens=["<unk>","<s>","</s>"],show_progress=False))
added(t); out('metaspace',t)
# nfkc + digits + bytelevel prefix space
t=Tokenizer(models.BPE())
t.normalizer=normalizers.Sequence([normalizers.NFKC()])
t.pre_tokenizer=pre_tokenizers.Sequence([pre_tokenizers.Punctuation(),pre_tokenizers.Digits(individual_digits=True),pre_tokenizers.ByteLevel(add_prefix_space=True)])
t.decoder=decoders.ByteLevel()
t.train_from_iterator(text,trainers.BpeTrainer(vocab_size=800,initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),special_tokens=["<s>","</s>"],show_progress=False))
added(t); out('digits',t)

# --- sentencepiece vocabularies
text=open(BOOK).read()[:80000].splitlines()
S=["", " ", "Hello", " Hello  world ", "The hound, he said.\nTwo lines", "   leading", "trailing  ", "\u4f60\u597d caf\u00e9", "\U0001F600 ok", "e\u0301", "12 345", "tab\tand\r\n", "don't", "it's \u00a0 odd", "a"*80, "Sherlock Holmes "*20, "\u2581mark"]
for name,prefix in (('spm-prefix',True),('spm-plain',False)):
    m=io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(text),model_writer=m,vocab_size=700,model_type='bpe',byte_fallback=True,normalization_rule_name='identity',remove_extra_whitespaces=False,add_dummy_prefix=prefix,user_defined_symbols=['<start_of_turn>'],minloglevel=2,allow_whitespace_only_pieces=True)
    p=spm.SentencePieceProcessor(model_proto=m.getvalue())
    n=p.vocab_size()
    tp=[2 if p.is_unknown(i) else 3 if p.is_control(i) else 6 if p.is_byte(i) else 4 if p.id_to_piece(i)=='<start_of_turn>' else 1 for i in range(n)]
    d={"prefix":prefix,"tokens":[p.id_to_piece(i) for i in range(n)],"scores":[p.get_score(i) for i in range(n)],"types":tp,
       "strings":[{"text":s,"ids":p.encode(s),"decoded":p.decode(p.encode(s))} for s in S]}
    json.dump(d,open('%s.json'%name,'w'))
    print(name,n,len(set(d["scores"])),[x for x in d["strings"] if x["text"]!=x["decoded"]][:5])
    print(d["strings"][2],d["strings"][1])

# --- named pre tokenizers
sp=lambda r:pre_tokenizers.Split(Regex(r),"isolated")
C="(?i:'s|'t|'re|'ve|'m|'ll|'d)"
W=r"\s*[\r\n]+|\s+(?!\S)|\s+"
U=r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"; L=r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"; O=r"[^\r\n\p{L}\p{N}]?"
G=r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
D={"gpt-2":[G],"smollm":[r"\p{N}",G],
 "llama-bpe":[C+r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"+W],
 "qwen2":[C+r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"+W],
 "tekken":[O+U+"*"+L+"+|"+O+U+"+"+L+r"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"+W],
 "gpt-4o":[O+U+"*"+L+"+"+C+"?|"+O+U+"+"+L+"*"+C+r"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"+W],
 "deepseek-v3":[r"\p{N}{1,3}","[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"+W],
 "default":[r"[\p{P}\$\+<=>\^~\|]+",G,r"\p{N}+","[0-9][0-9][0-9]"]}
D["deepseek-llm"]=["[\r\n]",r"\s?"+'[A-Za-z\xb5\xc0-\xd6\xd8-\xf6\xf8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\U00010400-\U0001044f\U000104b0-\U000104d3\U000104d8-\U000104fb\U00010c80-\U00010cb2\U00010cc0-\U00010cf2\U000118a0-\U000118df\U0001e900-\U0001e943]'+"+",r"\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+".encode().decode("unicode_escape") if 0 else "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",r"\s+$","[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+",r"\p{N}+"]
D["deepseek-coder"]=["[\r\n]",r"\s?\p{L}+",r"\s?\p{P}+","[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+",r"\p{N}"]
S=["Hello world","don't I'LL We've 'S x'd","1234567 a12b 3.14","a\n\nb \r\n c","  two   spaces  ","\u4f60\u597d\u3053\u3093\u306b\u3061\u306f world","caf\u00e9 cafe\u0301 na\u00efve","CamelCase HTTPServer iOS","x = y+1; // ok!?\n\n","$5 <tag/> a_b_c #x @me","\U0001F600\U0001F468\u200d\U0001F469 hi","\u0661\u0662\u0663 \u00bd","\u00a0\u3000x \u2028y","tab\t\tx","path/to/file.txt","\u0b95\u0bbe\u0ba3 \u0939\u093f\u0928\u094d\u0926\u0940","...\n...","\u017f 's's"]
out={}
for k,v in D.items():
    pt=pre_tokenizers.Sequence([sp(r) for r in v])
    out[k]=[{"text":s,"pieces":[x for x,_ in pt.pre_tokenize_str(s)]} for s in S]
json.dump(out,open('pretokenizers.json','w'))
