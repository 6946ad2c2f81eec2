package dev.tarn.engine.model;

/** What the tensors of a decoder are called in one kind of file. */
enum TensorNames {
    /** GGUF, after llama.cpp's naming. */
    GGUF("token_embd.weight", "output_norm.weight", "output.weight", "blk.%d.%s.weight") {
        @Override
        String part(LayerPart part) {
            return part.gguf;
        }
    },
    /** Hugging Face transformers. */
    HUGGING_FACE("model.embed_tokens.weight", "model.norm.weight", "lm_head.weight", "model.layers.%d.%s.weight") {
        @Override
        String part(LayerPart part) {
            return part.huggingFace;
        }
    };

    /** The weights of one layer. */
    enum LayerPart {
        ATTENTION_NORM("attn_norm", "input_layernorm"),
        QUERY("attn_q", "self_attn.q_proj"),
        KEY("attn_k", "self_attn.k_proj"),
        VALUE("attn_v", "self_attn.v_proj"),
        ATTENTION_OUTPUT("attn_output", "self_attn.o_proj"),
        FEED_FORWARD_NORM("ffn_norm", "post_attention_layernorm"),
        GATE("ffn_gate", "mlp.gate_proj"),
        UP("ffn_up", "mlp.up_proj"),
        DOWN("ffn_down", "mlp.down_proj");

        final String gguf;
        final String huggingFace;

        LayerPart(String gguf, String huggingFace) {
            this.gguf = gguf;
            this.huggingFace = huggingFace;
        }
    }

    final String embedding;
    final String outputNorm;
    final String output;
    private final String layerPattern;

    TensorNames(String embedding, String outputNorm, String output, String layerPattern) {
        this.embedding = embedding;
        this.outputNorm = outputNorm;
        this.output = output;
        this.layerPattern = layerPattern;
    }

    abstract String part(LayerPart part);

    /** The name of one weight of one layer. */
    String layer(int layer, LayerPart part) {
        return layerPattern.formatted(layer, part(part));
    }
}
