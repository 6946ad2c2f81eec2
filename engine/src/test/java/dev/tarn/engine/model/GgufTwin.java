package dev.tarn.engine.model;

import dev.tarn.engine.format.GgufBuilder;
import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.TensorView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes a golden Hugging Face checkpoint as GGUF, as llama.cpp's converter does: its names, its orders, its norms. */
final class GgufTwin {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("input_layernorm", "attn_norm"),
            Map.entry("self_attn.q_proj", "attn_q"),
            Map.entry("self_attn.k_proj", "attn_k"),
            Map.entry("self_attn.v_proj", "attn_v"),
            Map.entry("self_attn.o_proj", "attn_output"),
            Map.entry("self_attn.q_norm", "attn_q_norm"),
            Map.entry("self_attn.k_norm", "attn_k_norm"),
            Map.entry("post_attention_layernorm", "ffn_norm"),
            Map.entry("pre_feedforward_layernorm", "ffn_norm"),
            Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
            Map.entry("mlp.gate_proj", "ffn_gate"),
            Map.entry("mlp.up_proj", "ffn_up"),
            Map.entry("mlp.down_proj", "ffn_down"),
            Map.entry("mlp.gate", "ffn_gate_inp"));

    private final GgufBuilder builder = new GgufBuilder();
    private final boolean permuted;
    private final boolean gemma;
    private final int headDim;
    /** Experts' matrices by the name of the tensor that stacks them. */
    private final Map<String, List<byte[]>> experts = new TreeMap<>();

    private final Map<String, long[]> expertShapes = new TreeMap<>();

    private GgufTwin(String architecture, int headDim) {
        this.permuted = architecture.equals("llama") || architecture.equals("smollm3");
        this.gemma = architecture.equals("gemma3");
        this.headDim = headDim;
        String[] tokens = new String[256];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = "t" + i;
        }
        builder.put("general.architecture", architecture)
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2")
                .put("tokenizer.ggml.tokens", tokens)
                .put("tokenizer.ggml.merges", new String[0]);
    }

    /**
     * The checkpoint {@code golden} as a file.
     *
     * @param metadata adds what the architecture's metadata needs, and tensors that the checkpoint lacks
     */
    static Path write(Path folder, Path golden, String architecture, int headDim, Consumer<GgufBuilder> metadata)
            throws IOException {
        GgufTwin twin = new GgufTwin(architecture, headDim);
        metadata.accept(twin.builder);
        try (SafetensorsFile file = SafetensorsFile.open(golden.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                twin.add(file.tensor(name));
            }
        }
        twin.experts.forEach((name, parts) -> {
            long[] shape = twin.expertShapes.get(name);
            ByteBuffer all = ByteBuffer.allocate(parts.size() * parts.getFirst().length);
            parts.forEach(all::put);
            twin.builder.tensor(name, 0, all.array(), shape[1], shape[0], parts.size());
        });
        return Files.write(folder.resolve(architecture + ".gguf"), twin.builder.build());
    }

    private void add(TensorView tensor) {
        byte[] data = tensor.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        String[] parts = tensor.name().split("\\.");
        String suffix = "." + parts[parts.length - 1];
        switch (tensor.name()) {
            case "model.embed_tokens.weight" -> put("token_embd.weight", tensor, data);
            case "model.norm.weight" -> put("output_norm.weight", tensor, gemma ? plusOne(data) : data);
            case "lm_head.weight" -> put("output.weight", tensor, data);
            default -> {
                String layer = "blk." + parts[2] + ".";
                String part = String.join(".", java.util.Arrays.copyOfRange(parts, 3, parts.length - 1));
                if (part.startsWith("mlp.experts.")) {
                    String kind = parts[6].replace("_proj", "");
                    String name = layer + "ffn_" + kind + "_exps.weight";
                    // Experts are numbered with one digit, so the checkpoint's order of names is theirs.
                    experts.computeIfAbsent(name, _ -> new ArrayList<>()).add(data);
                    expertShapes.put(name, tensor.shape());
                } else {
                    String name =
                            gemma && part.equals("post_attention_layernorm") ? "post_attention_norm" : NAMES.get(part);
                    put(layer + name + suffix, tensor, converted(part, tensor, data));
                }
            }
        }
    }

    private byte[] converted(String part, TensorView tensor, byte[] data) {
        if (gemma && part.endsWith("norm")) {
            return plusOne(data);
        }
        boolean rotated = part.equals("self_attn.q_proj") || part.equals("self_attn.k_proj");
        return permuted && rotated ? interleaved(data, (int) tensor.shape()[0]) : data;
    }

    private static byte[] plusOne(byte[] data) {
        ByteBuffer gains = ByteBuffer.wrap(data.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < data.length; at += Float.BYTES) {
            gains.putFloat(at, gains.getFloat(at) + 1);
        }
        return gains.array();
    }

    /** Rows i and i + n/2 of a head become rows 2i and 2i + 1. */
    private byte[] interleaved(byte[] data, int rows) {
        byte[] result = new byte[data.length];
        int row = data.length / rows;
        for (int r = 0; r < rows; r++) {
            int within = r % headDim;
            int half = headDim / 2;
            int to = r - within + (within < half ? 2 * within : 2 * (within - half) + 1);
            System.arraycopy(data, r * row, result, to * row, row);
        }
        return result;
    }

    private void put(String name, TensorView tensor, byte[] data) {
        long[] shape = tensor.shape();
        if (shape.length == 1) {
            builder.tensor(name, 0, data, shape[0]);
        } else {
            builder.tensor(name, 0, data, shape[1], shape[0]);
        }
    }
}
