package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.GgufMetadata;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A pre-tokenizer that GGUF files name in {@code tokenizer.ggml.pre}: the regular expressions it splits with, in turn. */
final class NamedPreTokenizer {
    private static final String GPT2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    private static final String GPT2_PUNCTUATION_FIRST = "[\\p{P}\\$\\+<=>\\^~\\|]+";
    private static final String CONTRACTIONS = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]";
    private static final String SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String LLAMA3 =
            CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + SPACES;
    private static final String QWEN2 =
            CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" + SPACES;
    private static final String QWEN35 = CONTRACTIONS
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" + SPACES;
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String CASED = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "*" + LOWER + "+";
    private static final String CAPITALS = "[^\\r\\n\\p{L}\\p{N}]?" + UPPER + "+" + LOWER + "*";
    private static final String TEKKEN = CASED + "|" + CAPITALS + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES;
    private static final String GPT4O = CASED + "(?:" + CONTRACTIONS + ")?|" + CAPITALS + "(?:" + CONTRACTIONS
            + ")?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + SPACES;
    private static final String DEEPSEEK_V3 = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
            + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + SPACES;
    private static final String CJK = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+";
    private static final String CJK_HANGUL = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

    /** Letters with case, as DeepSeek's first tokenizer spells them out. */
    private static final String CASED_LETTERS =
            "[A-Za-z\\x{b5}\\x{c0}-\\x{d6}\\x{d8}-\\x{f6}\\x{f8}-\\x{1ba}\\x{1bc}-\\x{1bf}"
                    + "\\x{1c4}-\\x{293}\\x{295}-\\x{2af}\\x{370}-\\x{373}\\x{376}\\x{377}\\x{37b}-\\x{37d}"
                    + "\\x{37f}\\x{386}\\x{388}-\\x{38a}\\x{38c}\\x{38e}-\\x{3a1}\\x{3a3}-\\x{3f5}"
                    + "\\x{3f7}-\\x{481}\\x{48a}-\\x{52f}\\x{531}-\\x{556}\\x{10a0}-\\x{10c5}\\x{13a0}-\\x{13f5}"
                    + "\\x{13f8}-\\x{13fd}\\x{1c90}-\\x{1cba}\\x{1cbd}-\\x{1cbf}\\x{1d00}-\\x{1d2b}"
                    + "\\x{1d6b}-\\x{1d77}\\x{1d79}-\\x{1d9a}\\x{1e00}-\\x{1f15}\\x{1f18}-\\x{1f1d}"
                    + "\\x{1f20}-\\x{1f45}\\x{1f48}-\\x{1f4d}\\x{1f50}-\\x{1f57}\\x{1f59}\\x{1f5b}\\x{1f5d}"
                    + "\\x{1f5f}-\\x{1f7d}\\x{1f80}-\\x{1fb4}\\x{1fb6}-\\x{1fbc}\\x{1fbe}\\x{1fc2}-\\x{1fc4}"
                    + "\\x{1fc6}-\\x{1fcc}\\x{1fd0}-\\x{1fd3}\\x{1fd6}-\\x{1fdb}\\x{1fe0}-\\x{1fec}"
                    + "\\x{1ff2}-\\x{1ff4}\\x{1ff6}-\\x{1ffc}\\x{2102}\\x{2107}\\x{210a}-\\x{2113}\\x{2115}"
                    + "\\x{2119}-\\x{211d}\\x{2124}\\x{2126}\\x{2128}\\x{212a}-\\x{212d}\\x{212f}-\\x{2134}"
                    + "\\x{2139}\\x{213c}-\\x{213f}\\x{2145}-\\x{2149}\\x{214e}\\x{2183}\\x{2184}"
                    + "\\x{2c00}-\\x{2c7b}\\x{2c7e}-\\x{2ce4}\\x{2ceb}-\\x{2cee}\\x{2cf2}\\x{2cf3}"
                    + "\\x{a640}-\\x{a66d}\\x{a680}-\\x{a69b}\\x{a722}-\\x{a76f}\\x{a771}-\\x{a787}"
                    + "\\x{a78b}-\\x{a78e}\\x{ab70}-\\x{abbf}\\x{fb00}-\\x{fb06}\\x{fb13}-\\x{fb17}"
                    + "\\x{ff21}-\\x{ff3a}\\x{ff41}-\\x{ff5a}\\x{10400}-\\x{1044f}\\x{104b0}-\\x{104d3}"
                    + "\\x{104d8}-\\x{104fb}\\x{10c80}-\\x{10cb2}\\x{10cc0}-\\x{10cf2}\\x{118a0}-\\x{118df}"
                    + "\\x{1e900}-\\x{1e943}]";

    private record Named(List<String> regexes, boolean ignoreMerges, boolean addsBos) {}

    private static final Map<String, Named> BY_NAME = new TreeMap<>();

    static {
        var gpt2 = new Named(List.of(GPT2), false, false);
        var digitsFirst = new Named(List.of("\\p{N}", GPT2), false, false);
        var llama3 = new Named(List.of(LLAMA3), true, true);
        var llama3Merging = new Named(List.of(LLAMA3), false, false);
        var qwen2 = new Named(List.of(QWEN2), false, false);
        var deepseek = List.of("\\p{N}{1,3}", CJK, DEEPSEEK_V3);
        define(new Named(List.of(GPT2_PUNCTUATION_FIRST, GPT2, "\\p{N}+", "[0-9][0-9][0-9]"), false, false), "default");
        define(gpt2, "gpt-2", "phi-2", "olmo", "mpt", "jais", "trillion", "exaone4", "gigachat");
        define(digitsFirst, "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b");
        define(llama3, "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2", "midm-2.0");
        define(llama3Merging, "smaug-bpe", "dbrx", "glm4", "chatglm-bpe");
        define(qwen2, "qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "solar-open", "grok-2");
        define(new Named(List.of(QWEN35), false, false), "qwen35");
        define(new Named(List.of(TEKKEN), true, true), "tekken");
        define(new Named(List.of(GPT4O), false, false), "gpt-4o", "minimax-m2");
        define(new Named(List.of(GPT4O), true, true), "llama4");
        define(new Named(deepseek, false, false), "deepseek-v3", "hunyuan-dense", "joyai-llm");
        define(
                new Named(
                        List.of(
                                "[\\r\\n]",
                                "\\s?" + CASED_LETTERS + "+",
                                "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+",
                                "\\s+$",
                                CJK_HANGUL,
                                "\\p{N}+"),
                        false,
                        false),
                "deepseek-llm");
        define(
                new Named(List.of("[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CJK_HANGUL, "\\p{N}"), false, false),
                "deepseek-coder");
    }

    private final List<PreTokenizer> steps;
    private final boolean ignoreMerges;
    private final boolean addsBos;

    private NamedPreTokenizer(Named named) {
        this.steps =
                named.regexes.stream().<PreTokenizer>map(RegexSplit::isolated).toList();
        this.ignoreMerges = named.ignoreMerges;
        this.addsBos = named.addsBos;
    }

    private static void define(Named named, String... names) {
        Arrays.stream(names).forEach(name -> BY_NAME.put(name, named));
    }

    /**
     * The pre-tokenizer that the metadata name.
     *
     * @throws dev.tarn.engine.EngineException listing the known names if it is not one of them
     */
    static NamedPreTokenizer of(GgufMetadata metadata, String key) {
        var name = metadata.string(key, "default");
        if (!BY_NAME.containsKey(name)) {
            throw metadata.error(key, "is \"" + name + "\", known pre-tokenizers are " + BY_NAME.keySet());
        }
        return named(name);
    }

    /** The pre-tokenizer of a known name. */
    static NamedPreTokenizer named(String name) {
        return new NamedPreTokenizer(Objects.requireNonNull(BY_NAME.get(name)));
    }

    /** Splits by the regular expressions in turn. */
    PreTokenizer split() {
        return PreTokenizer.sequence(steps);
    }

    /** GPT-2's own split, without the byte alphabet. */
    static PreTokenizer gpt2() {
        return RegexSplit.isolated(GPT2);
    }

    /** Splits by the regular expressions, then maps to GPT-2's byte alphabet. */
    PreTokenizer byteLevel() {
        return PreTokenizer.sequence(List.of(split(), PreTokenizer.bytes()));
    }

    /** Whether a piece that is itself a token is taken whole. */
    boolean ignoreMerges() {
        return ignoreMerges;
    }

    /** Whether these vocabularies want a beginning-of-sequence token where the metadata do not say. */
    boolean addsBos() {
        return addsBos;
    }
}
