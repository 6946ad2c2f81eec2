package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.SafetensorsWriter;
import dev.tarn.engine.format.TensorView;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The same checkpoints as older and other programs describe and store them, and what cannot be run. */
class ConfigStylesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    private Path copy(String name, UnaryOperator<String> change) throws IOException {
        Files.copy(Golden.path(name + "/model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("config.json"), change.apply(Files.readString(Golden.path(name + "/config.json"))));
        return folder;
    }

    /** Fields to set (null: to take away) in the golden config.json. */
    private Path copy(String name, String changes) throws IOException {
        return copy(name, text -> {
            ObjectNode config = (ObjectNode) JSON.readTree(text);
            JSON.readTree(changes).properties().forEach(change -> {
                if (change.getValue().isNull()) {
                    config.remove(change.getKey());
                } else {
                    config.set(change.getKey(), change.getValue());
                }
            });
            return config.toString();
        });
    }

    private static void requireGolden(String name, Path model) {
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"))) {
            ArchitecturesTest.requireClose(name, ArchitecturesTest.logits(model, golden), golden.floats("logits"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama31 | {'rope_parameters':null, 'head_dim':null, 'rope_theta':500000.0, 'rope_scaling':{'rope_type':'llama3',"
                        + " 'factor':8.0, 'low_freq_factor':1.0, 'high_freq_factor':4.0, 'original_max_position_embeddings':64}}",
                "mistral | {'rope_parameters':null, 'rope_theta':1000000.0, 'rope_scaling':null}",
                "mistral_swa | {'rope_parameters':null, 'rope_theta':10000.0}",
                "qwen2 | {'rope_parameters':null, 'rope_theta':1000000.0, 'layer_types':null, 'sliding_window':4096}",
                "qwen3 | {'rope_parameters':null, 'rope_theta':1000000.0, 'layer_types':null, 'max_window_layers':4}",
                "qwen3_moe | {'rope_parameters':null, 'rope_theta':1000000.0, 'num_local_experts':null, 'num_experts':8}",
                "smollm3 | {'rope_parameters':null, 'rope_theta':2000000.0, 'no_rope_layers':null, 'layer_types':null}",
                "gemma3 | {'rope_parameters':null, 'rope_theta':1000000.0, 'rope_local_base_freq':10000.0, 'layer_types':null,"
                        + " '_sliding_window_pattern':null, 'sliding_window_pattern':6, 'tie_word_embeddings':null}"
            })
    void logits_olderStyle_agreeWithTransformers(String name, String changes) throws IOException {
        requireGolden(name, copy(name, changes.replace('\'', '"')));
    }

    /** Half the layers of a sliding-window model see everything: only then do its logits leave the golden ones. */
    @Test
    void logits_layerTypes_decideWhichLayersSlide() throws IOException {
        Path model = copy(
                "mistral_swa",
                "{\"layer_types\":[\"sliding_attention\",\"full_attention\",\"sliding_attention\",\"full_attention\"]}");

        try (Golden golden = new Golden(Golden.path("mistral_swa/expected.safetensors"))) {
            float[] got = ArchitecturesTest.logits(model, golden);
            float[] want = golden.floats("logits");
            assertThat(Math.abs(got[23 * 256] - want[23 * 256])).isLessThan(2e-3f);
            assertThat(Math.abs(got[90 * 256] - want[90 * 256])).isGreaterThan(2e-3f);
        }
    }

    /** Gemma 3 as the text part of a multimodal checkpoint, under both prefixes that transformers has given it. */
    @ParameterizedTest
    @ValueSource(strings = {"language_model.model.", "model.language_model."})
    void logits_multimodalGemma_agreeWithTransformers(String prefix) throws IOException {
        rewrite("gemma3", (name, tensor, out) -> put(out, name.replaceFirst("^model\\.", prefix), tensor));
        String text = Files.readString(Golden.path("gemma3/config.json"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"gemma3\",\"text_config\":" + text + "}");

        requireGolden("gemma3", folder);
    }

    /** Experts fused as transformers 5 holds them: gate and up of all experts in one tensor, down in another. */
    @Test
    void logits_fusedExperts_agreeWithTransformers() throws IOException {
        Map<String, float[]> fused = new TreeMap<>();
        rewrite(
                "qwen3_moe",
                (name, tensor, out) -> {
                    int at = name.indexOf(".experts.");
                    if (at < 0) {
                        put(out, name, tensor);
                        return;
                    }
                    String[] rest = name.substring(at + ".experts.".length()).split("\\.");
                    int expert = Integer.parseInt(rest[0]);
                    boolean down = rest[1].equals("down_proj");
                    int size = 48 * 64;
                    float[] all = fused.computeIfAbsent(
                            name.substring(0, at) + (down ? ".experts.down_proj" : ".experts.gate_up_proj"),
                            _ -> new float[8 * (down ? size : 2 * size)]);
                    int slot = down ? expert : 2 * expert + (rest[1].equals("up_proj") ? 1 : 0);
                    System.arraycopy(floats(tensor), 0, all, slot * size, size);
                },
                out -> fused.forEach((name, all) -> {
                    boolean down = name.endsWith("down_proj");
                    out.floats(name, all, 8, down ? 64 : 96, down ? 48 : 64);
                }));
        Files.copy(Golden.path("qwen3_moe/config.json"), folder.resolve("config.json"));

        requireGolden("qwen3_moe", folder);
    }

    /** Biases of 0 change nothing; any other bias that the configuration asks for does. */
    @ParameterizedTest
    @ValueSource(strings = {"", "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
    void logits_attentionAndMlpBias_areAdded(String set) throws IOException {
        Map<String, Integer> sizes = Map.of(
                "self_attn.q_proj",
                64,
                "self_attn.k_proj",
                32,
                "self_attn.v_proj",
                32,
                "self_attn.o_proj",
                64,
                "mlp.gate_proj",
                160,
                "mlp.up_proj",
                160,
                "mlp.down_proj",
                64);
        rewrite("llama31", (name, tensor, out) -> put(out, name, tensor), out -> {
            for (int layer = 0; layer < 4; layer++) {
                String prefix = "model.layers." + layer + ".";
                sizes.forEach((part, size) -> {
                    float[] bias = new float[size];
                    // One element: equal ones in all of a key head would leave the softmax as it is.
                    bias[5] = !set.isEmpty() && part.endsWith(set) ? 1 : 0;
                    out.floats(prefix + part + ".bias", bias, size);
                });
            }
        });
        String config = Files.readString(Golden.path("llama31/config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("\"attention_bias\": false", "\"attention_bias\": true")
                        .replace("\"mlp_bias\": false", "\"mlp_bias\": true"));

        if (set.isEmpty()) {
            requireGolden("llama31", folder);
        } else {
            assertThatThrownBy(() -> requireGolden("llama31", folder)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void open_biasThatIsMissing_namesTheTensor() throws IOException {
        Path model = copy("llama31", "{\"attention_bias\":true}");

        try (Golden golden = new Golden(Golden.path("llama31/expected.safetensors"))) {
            assertThatThrownBy(() -> ArchitecturesTest.logits(model, golden))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("has no tensor model.layers.0.self_attn.q_proj.bias");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "llama31 | {'model_type':'mamba2'} | architecture 'mamba2' cannot be run; supported architectures in config.json:"
                        + " llama, mistral, qwen2, qwen3, qwen3_moe, smollm3, gemma3_text, deepseek_v32, glm_moe_dsa",
                "llama31 | {'rope_parameters':{'rope_type':'longrope'}} | field rope_parameters.rope_type is 'longrope', which cannot"
                        + " be run; default, linear, llama3 and yarn can",
                "llama31 | {'rope_parameters':null,'rope_scaling':{'type':'dynamic','factor':2.0}} | field rope_scaling.type is"
                        + " 'dynamic', which cannot be run; default, linear, llama3 and yarn can",
                "llama31 | {'hidden_act':'relu2'} | field hidden_act is 'relu2', which cannot be run; silu and gelu_pytorch_tanh can",
                "llama31 | {'quantization_config':{'quant_method':'fp8'}} | field quantization_config says that weights are stored by"
                        + " 'fp8', which cannot be read; give a checkpoint in F32, F16 or BF16, or a GGUF file",
                "gemma3 | {'attn_logit_softcapping':50.0} | field attn_logit_softcapping is set, which cannot be run: scores are not"
                        + " capped",
                "qwen2 | {'layer_types':['linear_attention','full_attention','full_attention','full_attention']} | field"
                        + " layer_types[0] is 'linear_attention', which cannot be run; full_attention and sliding_attention can",
                "qwen2 | {'layer_types':['full_attention']} | field layer_types has 1 entries for 4 layers",
                "qwen2 | {'num_hidden_layers':2000000000} | num_hidden_layers is 2000000000; it must be at least 1 and at most 4096",
                "qwen2 | {'num_attention_heads':3} | num_attention_heads is 3, which is no multiple of num_key_value_heads, 2;"
                        + " the file is damaged",
                "deepseek_v32 | {'scoring_func':'softmax'} | field scoring_func is 'softmax', which cannot be run; sigmoid can",
                "deepseek_v32 | {'n_group':3} | field n_group is 3: 8 experts in 3 groups, of which 1 are used, cannot give 2 experts to"
                        + " a token",
                "glm_moe_dsa | {'indexer_types':['shared','full','full','full']} | field indexer_types begins with a shared layer,"
                        + " which has no selection to share"
            })
    void open_whatCannotBeRun_namesItAndWhatCan(String name, String changes, String message) throws IOException {
        Path model = copy(name, changes.replace('\'', '"'));

        assertThatThrownBy(() -> ModelFile.open(model))
                .isInstanceOf(EngineException.class)
                .hasMessage(model.resolve("config.json") + ": " + message);
    }

    private interface Rewriter {
        void write(String name, TensorView tensor, SafetensorsWriter out);
    }

    private void rewrite(String golden, Rewriter rewriter) throws IOException {
        rewrite(golden, rewriter, _ -> {});
    }

    private void rewrite(String golden, Rewriter rewriter, java.util.function.Consumer<SafetensorsWriter> more) {
        try (SafetensorsFile file = SafetensorsFile.open(Golden.path(golden + "/model.safetensors"))) {
            SafetensorsWriter out = new SafetensorsWriter();
            file.names().forEach(name -> rewriter.write(name, file.tensor(name), out));
            more.accept(out);
            out.write(folder.resolve("model.safetensors"));
        }
    }

    private static void put(SafetensorsWriter out, String name, TensorView tensor) {
        out.add(name, tensor.type(), tensor.data(), tensor.shape());
    }

    private static float[] floats(TensorView tensor) {
        return tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
}
