package dev.tarn.engine.inspect;

import java.util.regex.Pattern;

/** What a tensor is for, told by its name in GGUF or Hugging Face files. The first that matches counts. */
public enum TensorClass {
    INDEXER("indexer"),
    EMBEDDING("token_embd\\.|embed_tokens\\."),
    NORM("norm"),
    EXPERTS("_exps|_shexp|experts\\."),
    ATTENTION("\\.attn_|_attn\\.|attention\\."),
    FEED_FORWARD("\\.ffn_|mlp\\.|feed_forward\\."),
    OUTPUT("^output\\.weight|lm_head\\."),
    OTHER("");

    private final Pattern pattern;

    TensorClass(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    /** The class of a tensor. */
    static TensorClass of(String name) {
        for (TensorClass candidate : values()) {
            if (candidate.pattern.matcher(name).find()) {
                return candidate;
            }
        }
        throw new IllegalStateException("OTHER matches every name");
    }
}
