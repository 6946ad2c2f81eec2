package dev.tarn.engine.model;

import dev.tarn.engine.format.TensorFile;
import java.util.List;

/**
 * What the tensors of a decoder are called in one kind of file.
 *
 * @param embedding of the embedding matrix
 * @param outputNorm of the gain of the last norm
 * @param output of the output matrix, where it is not the embedding
 * @param layerPrefix what stands before the number of a layer
 * @param stackedExperts whether one tensor holds all experts' matrices of a kind
 */
record TensorNames(String embedding, String outputNorm, String output, String layerPrefix, boolean stackedExperts) {
    /** GGUF, after llama.cpp's naming. */
    static final TensorNames GGUF =
            new TensorNames("token_embd.weight", "output_norm.weight", "output.weight", "blk.", true);

    /** Where text models put their tensors: alone, or inside multimodal ones of older and newer transformers. */
    private static final List<String> PREFIXES = List.of("model.", "model.language_model.", "language_model.model.");

    /** Hugging Face transformers, as this checkpoint prefixes its names. */
    static TensorNames huggingFace(TensorFile file) {
        String prefix = PREFIXES.stream()
                .filter(candidate -> file.find(candidate + "embed_tokens.weight") != null)
                .findFirst()
                .orElse(PREFIXES.getFirst());
        String head = prefix.equals(PREFIXES.getLast()) ? "language_model." : "";
        return new TensorNames(
                prefix + "embed_tokens.weight",
                prefix + "norm.weight",
                head + "lm_head.weight",
                prefix + "layers.",
                false);
    }

    /** Parts of a layer; their tensors are called so with {@code .weight} or {@code .bias} behind. */
    enum LayerPart {
        ATTENTION_NORM("attn_norm", "input_layernorm"),
        QUERY("attn_q", "self_attn.q_proj"),
        KEY("attn_k", "self_attn.k_proj"),
        VALUE("attn_v", "self_attn.v_proj"),
        ATTENTION_OUTPUT("attn_output", "self_attn.o_proj"),
        QUERY_NORM("attn_q_norm", "self_attn.q_norm"),
        KEY_NORM("attn_k_norm", "self_attn.k_norm"),
        QUERY_DOWN("attn_q_a", "self_attn.q_a_proj"),
        QUERY_LATENT_NORM("attn_q_a_norm", "self_attn.q_a_layernorm"),
        QUERY_UP("attn_q_b", "self_attn.q_b_proj"),
        LATENT_DOWN("attn_kv_a_mqa", "self_attn.kv_a_proj_with_mqa"),
        LATENT_NORM("attn_kv_a_norm", "self_attn.kv_a_layernorm"),
        LATENT_UP("attn_kv_b", "self_attn.kv_b_proj"),
        INDEX_QUERY("indexer.attn_q_b", "self_attn.indexer.wq_b"),
        INDEX_KEY("indexer.attn_k", "self_attn.indexer.wk"),
        INDEX_KEY_NORM("indexer.k_norm", "self_attn.indexer.k_norm"),
        INDEX_WEIGHTS("indexer.proj", "self_attn.indexer.weights_proj"),
        /** In layers without sandwich norms Hugging Face calls the MLP's input norm so, in others that of attention's output. */
        FEED_FORWARD_NORM("ffn_norm", "post_attention_layernorm"),
        POST_ATTENTION_NORM("post_attention_norm", "post_attention_layernorm"),
        PRE_FEED_FORWARD_NORM("ffn_norm", "pre_feedforward_layernorm"),
        POST_FEED_FORWARD_NORM("post_ffw_norm", "post_feedforward_layernorm"),
        GATE("ffn_gate", "mlp.gate_proj"),
        UP("ffn_up", "mlp.up_proj"),
        DOWN("ffn_down", "mlp.down_proj"),
        ROUTER("ffn_gate_inp", "mlp.gate"),
        EXPERT_GATES("ffn_gate_exps", "mlp.experts.%d.gate_proj"),
        EXPERT_UPS("ffn_up_exps", "mlp.experts.%d.up_proj"),
        EXPERT_DOWNS("ffn_down_exps", "mlp.experts.%d.down_proj"),
        SHARED_GATE("ffn_gate_shexp", "mlp.shared_experts.gate_proj"),
        SHARED_UP("ffn_up_shexp", "mlp.shared_experts.up_proj"),
        SHARED_DOWN("ffn_down_shexp", "mlp.shared_experts.down_proj");

        private final String gguf;
        private final String huggingFace;

        LayerPart(String gguf, String huggingFace) {
            this.gguf = gguf;
            this.huggingFace = huggingFace;
        }
    }

    /** The name of a part of a layer, without {@code .weight}. */
    String stem(int layer, LayerPart part) {
        return in(layer, stackedExperts ? part.gguf : part.huggingFace);
    }

    /** The name of one expert's matrix where each has a tensor of its own, without {@code .weight}. */
    String expertStem(int layer, LayerPart part, int expert) {
        return in(layer, part.huggingFace.formatted(expert));
    }

    /** The name of anything else in a layer. */
    String in(int layer, String name) {
        return layerPrefix + layer + "." + name;
    }
}
