package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.PlainKernels;
import dev.tarn.engine.format.GgufBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One field of a sound model set to what cannot be: divisors of 0, numbers that no tensor's shape depends on, sizes that would be
 * allocated before a tensor is looked at. Each is refused in a line that names the field, at once and without much memory.
 */
class HostileFieldsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MOST_BYTES = 64 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    /** The folder's deletion warns of links out of it. */
    @AfterEach
    void removeLinks() throws IOException {
        Files.deleteIfExists(folder.resolve("model.safetensors"));
        Files.deleteIfExists(folder.resolve("i.safetensors"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "llama31 | {'hidden_size':0} | hidden_size is 0",
                "llama31 | {'hidden_size':-64} | hidden_size is -64",
                "llama31 | {'vocab_size':0} | vocab_size is 0",
                "llama31 | {'max_position_embeddings':0} | max_position_embeddings is 0",
                "llama31 | {'max_position_embeddings':-512} | max_position_embeddings is -512",
                "llama31 | {'intermediate_size':-160} | intermediate_size is -160",
                "llama31 | {'num_hidden_layers':0} | num_hidden_layers is 0",
                "llama31 | {'num_hidden_layers':-4} | num_hidden_layers is -4",
                "llama31 | {'num_hidden_layers':2147483647} | num_hidden_layers is 2147483647",
                "llama31 | {'num_attention_heads':0,'head_dim':null} | num_attention_heads is 0",
                "llama31 | {'num_attention_heads':-4} | num_attention_heads is -4",
                "llama31 | {'num_attention_heads':1073741824} | num_attention_heads is 1073741824",
                "llama31 | {'num_attention_heads':3} | num_attention_heads is 3, which is no multiple of num_key_value_heads, 2",
                "llama31 | {'num_key_value_heads':0} | num_key_value_heads is 0",
                "llama31 | {'num_key_value_heads':-2} | num_key_value_heads is -2",
                "llama31 | {'num_key_value_heads':3} | no multiple of num_key_value_heads, 3",
                "llama31 | {'head_dim':0} | head_dim is 0",
                "llama31 | {'head_dim':-16} | head_dim is -16",
                "llama31 | {'head_dim':268435456} | head_dim is 268435456",
                "llama31 | {'head_dim':15} | head_dim asks for a rotary embedding over 15 of 15",
                "llama31 | {'hidden_size':2,'head_dim':null} | head_dim is 0",
                "llama31 | {'rms_norm_eps':0} | rms_norm_eps is 0.0",
                "llama31 | {'rms_norm_eps':-1e-5} | rms_norm_eps is -1.0E-5",
                "llama31 | {'rms_norm_eps':1e308} | rms_norm_eps is 1.0E308",
                "llama31 | {'rms_norm_eps':1e-308} | rms_norm_eps is 1.0E-308",
                "llama31 | {'final_logit_softcapping':-30} | final_logit_softcapping is -30.0",
                "llama31 | {'final_logit_softcapping':1e300} | final_logit_softcapping is 1.0E300",
                "llama31 | {'partial_rotary_factor':0} | partial_rotary_factor asks for a rotary embedding over 0",
                "llama31 | {'partial_rotary_factor':2} | partial_rotary_factor asks for a rotary embedding over 32",
                "llama31 | {'partial_rotary_factor':-1} | partial_rotary_factor asks",
                "llama31 | {'partial_rotary_factor':1e300} | partial_rotary_factor asks",
                "llama31 | {'rope_parameters':{'rope_theta':0}} | rope_theta is 0.0",
                "llama31 | {'rope_parameters':{'rope_theta':-10000}} | rope_theta is -10000.0",
                "llama31 | {'rope_parameters':{'rope_theta':1e300}} | rope_theta is 1.0E300",
                "llama31 | {'rope_parameters':{'rope_theta':1e-300}} | rope_theta is 1.0E-300",
                "llama31 | {'rope_parameters':{'factor':0}} | factor is 0.0",
                "llama31 | {'rope_parameters':{'factor':-8}} | factor is -8.0",
                "llama31 | {'rope_parameters':{'low_freq_factor':0}} | low_freq_factor is 0.0",
                "llama31 | {'rope_parameters':{'high_freq_factor':1}} | high_freq_factor is 1.0; it must be above low_freq_factor",
                "llama31 | {'rope_parameters':{'original_max_position_embeddings':0}} | original_max_position_embeddings is 0.0",
                "llama31 | {'rope_parameters':{'rope_type':'linear','factor':1e-300}} | factor is 1.0E-300",
                "llama31 | {'rope_parameters':{'rope_type':'linear','rope_theta':1e-30,'factor':1e-29}} | rope_theta and its scaling",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','factor':-2}} | factor is -2.0",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','beta_fast':0}} | beta_fast is 0.0",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','beta_slow':-1}} | beta_slow is -1.0",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','attention_factor':0}} | attention_factor is 0.0",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','mscale':-9,'mscale_all_dim':1}} | mscale is",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','mscale':1,'mscale_all_dim':-9}} | mscale_all_dim is",
                "llama31 | {'rope_parameters':{'rope_type':'yarn','rope_theta':1,'original_max_position_embeddings':512}} | rope_theta and its scaling",
                "mistral_swa | {'sliding_window':-24} | sliding_window is -24",
                "qwen2 | {'use_sliding_window':true,'sliding_window':24,'layer_types':null,'max_window_layers':-1}"
                        + " | max_window_layers is -1",
                "smollm3 | {'no_rope_layers':null,'no_rope_layer_interval':0} | no_rope_layer_interval is 0",
                "smollm3 | {'no_rope_layers':[1,1]} | no_rope_layers has 2 entries for 4 layers",
                "gemma3 | {'query_pre_attn_scalar':0} | query_pre_attn_scalar is 0.0",
                "gemma3 | {'query_pre_attn_scalar':-32} | query_pre_attn_scalar is -32.0",
                "gemma3 | {'layer_types':null,'_sliding_window_pattern':0} | sliding_window_pattern is 0",
                "gemma3 | {'layer_types':null,'_sliding_window_pattern':-6} | sliding_window_pattern is -6",
                "gemma3 | {'rope_parameters':null,'rope_local_base_freq':0} | rope_local_base_freq is 0.0",
                "gemma3 | {'sliding_window':0} | layer_types[0] is sliding_attention, but no sliding_window is in use",
                "qwen3_moe | {'decoder_sparse_step':0} | decoder_sparse_step is 0",
                "qwen3_moe | {'num_local_experts':0} | num_local_experts is 0",
                "qwen3_moe | {'num_local_experts':-8} | num_local_experts is -8",
                "qwen3_moe | {'num_local_experts':2147483647} | num_local_experts is 2147483647",
                "qwen3_moe | {'num_experts_per_tok':0} | num_experts_per_tok is 0",
                "qwen3_moe | {'num_experts_per_tok':9} | num_experts_per_tok is 9; it must be at least 1 and at most 8",
                "qwen3_moe | {'moe_intermediate_size':0} | moe_intermediate_size is 0",
                "deepseek_v32 | {'first_k_dense_replace':-1,'mlp_layer_types':null} | first_k_dense_replace is -1",
                "deepseek_v32 | {'mlp_layer_types':['dense']} | mlp_layer_types has 1 entries for 4 layers",
                "deepseek_v32 | {'moe_layer_freq':2} | moe_layer_freq is 2",
                "deepseek_v32 | {'n_shared_experts':-1} | n_shared_experts is -1",
                "deepseek_v32 | {'n_shared_experts':2147483647} | n_shared_experts is 2147483647",
                "deepseek_v32 | {'moe_intermediate_size':2147483647} | n_shared_experts times moe_intermediate_size is 2147483647",
                "deepseek_v32 | {'n_group':0} | n_group is 0",
                "deepseek_v32 | {'n_group':9} | n_group is 9",
                "deepseek_v32 | {'topk_group':0} | topk_group is 0",
                "deepseek_v32 | {'topk_group':3} | topk_group is 3",
                "deepseek_v32 | {'num_experts_per_tok':5} | n_group is 2: 8 experts in 2 groups",
                "deepseek_v32 | {'routed_scaling_factor':0} | routed_scaling_factor is 0.0",
                "deepseek_v32 | {'routed_scaling_factor':1e300} | routed_scaling_factor is 1.0E300",
                "deepseek_v32 | {'q_lora_rank':0} | q_lora_rank is 0",
                "deepseek_v32 | {'kv_lora_rank':-32} | kv_lora_rank is -32",
                "deepseek_v32 | {'kv_lora_rank':2147483647} | kv_lora_rank is 2147483647",
                "deepseek_v32 | {'qk_nope_head_dim':0} | qk_nope_head_dim is 0",
                "deepseek_v32 | {'qk_rope_head_dim':0} | qk_rope_head_dim is 0",
                "deepseek_v32 | {'qk_rope_head_dim':15} | qk_rope_head_dim asks for a rotary embedding over 15 of 15",
                "deepseek_v32 | {'v_head_dim':0} | v_head_dim is 0",
                "deepseek_v32 | {'num_attention_heads':0} | num_attention_heads is 0",
                "deepseek_v32 | {'index_n_heads':0} | index_n_heads is 0",
                "deepseek_v32 | {'index_n_heads':2147483647} | index_n_heads is 2147483647",
                "deepseek_v32 | {'index_head_dim':0} | index_head_dim is 0",
                "deepseek_v32 | {'index_head_dim':8} | index_head_dim asks for a rotary embedding over 16 of 8",
                "deepseek_v32 | {'index_topk':0} | index_topk is 0",
                "deepseek_v32 | {'index_topk':-24} | index_topk is -24",
                "deepseek_v32 | {'rope_parameters':{'rope_type':'yarn','factor':40,'mscale_all_dim':-9}} | mscale_all_dim is",
                "deepseek_v32 | {'rope_parameters':{'rope_type':'yarn','factor':-40,'mscale_all_dim':1}} | factor is -40.0",
                "glm_moe_dsa | {'indexer_types':['shared','full','full','full']} | indexer_types begins with a shared layer",
                "glm_moe_dsa | {'indexer_types':['full']} | indexer_types[1] is 'missing'",
                "glm_moe_dsa | {'indexer_types':null,'index_topk_pattern':'FS'} | index_topk_pattern is 'FS', which gives layer 2",
                "glm_moe_dsa | {'indexer_types':null,'index_topk_pattern':'FXFF'} | index_topk_pattern is 'FXFF'",
                "glm_moe_dsa | {'indexer_types':null,'index_topk_freq':0} | index_topk_freq is 0",
                "glm_moe_dsa | {'indexer_types':null,'index_topk_freq':4,'index_skip_topk_offset':-2147483648}"
                        + " | index_skip_topk_offset is -2147483648"
            })
    void open_configFieldOutOfRange_isNamed(String golden, String change, String message) throws IOException {
        ObjectNode config = read(Golden.path(golden).resolve("config.json"));
        merge(config, (ObjectNode) JsonMapper.shared().readTree(change.replace('\'', '"')));
        Files.writeString(folder.resolve("config.json"), config.toString());
        Files.createSymbolicLink(
                folder.resolve("model.safetensors"),
                Golden.path(golden).resolve("model.safetensors").toAbsolutePath());

        requireRefused(folder, null, folder.resolve("config.json") + ": ", message);
    }

    @ParameterizedTest(name = "{0}: {1} = {2}")
    @CsvSource({
        "llama, block_count, 0",
        "llama, block_count, 2147483647",
        "llama, embedding_length, 0",
        "llama, context_length, 0",
        "llama, context_length, -1",
        "llama, feed_forward_length, -160",
        "llama, attention.head_count, 0",
        "llama, attention.head_count, -4",
        "llama, attention.head_count, 1073741824",
        "llama, attention.head_count, 3",
        "llama, attention.head_count_kv, 0",
        "llama, attention.head_count_kv, -2",
        "llama, attention.key_length, 0",
        "llama, attention.key_length, -16",
        "llama, attention.key_length, 536870912",
        "llama, attention.value_length, 0",
        "llama, attention.value_length, 536870912",
        "llama, attention.layer_norm_rms_epsilon, 0f",
        "llama, attention.layer_norm_rms_epsilon, NaNf",
        "llama, attention.layer_norm_rms_epsilon, Infinityf",
        "llama, attention.layer_norm_rms_epsilon, 1e-40f",
        "llama, attention.sliding_window, -24",
        "llama, final_logit_softcapping, -30f",
        "llama, final_logit_softcapping, NaNf",
        "llama, rope.dimension_count, 0",
        "llama, rope.dimension_count, 15",
        "llama, rope.dimension_count, 18",
        "llama, rope.freq_base, 0f",
        "llama, rope.freq_base, NaNf",
        "llama, rope.freq_base, -Infinityf",
        "llama, rope.scaling.factor, -4f",
        "llama, rope.scaling.factor, NaNf",
        "llama yarn, rope.scaling.factor, 0f",
        "llama yarn, rope.scaling.original_context_length, 0",
        "llama yarn, rope.scaling.original_context_length, -1",
        "llama yarn, rope.scaling.yarn_beta_fast, 0f",
        "llama yarn, rope.scaling.yarn_beta_slow, NaNf",
        "llama yarn, rope.scaling.attn_factor, 0f",
        "llama yarn, rope.scaling.attn_factor, Infinityf",
        "llama yarn, rope.freq_base, 1f",
        "gemma3, attention.sliding_window, -16",
        "gemma3, attention.sliding_window_pattern, 0",
        "gemma3, attention.sliding_window_pattern, -6",
        "gemma3, rope.freq_base_swa, 0f",
        "qwen3moe, expert_count, 0",
        "qwen3moe, expert_count, 2147483647",
        "qwen3moe, expert_used_count, 0",
        "qwen3moe, expert_used_count, 9",
        "qwen3moe, expert_feed_forward_length, 0"
    })
    void open_ggufKeyOutOfRange_isNamed(String kind, String key, String text) throws IOException {
        String architecture = kind.split(" ")[0];
        String golden =
                architecture.equals("llama") ? "llama31" : architecture.equals("gemma3") ? "gemma3" : "qwen3_moe";
        Object value = text.endsWith("f") ? (Object) Float.valueOf(text.replaceFirst("f$", "")) : Integer.valueOf(text);
        int headDim = architecture.equals("gemma3") ? 32 : 16;
        Consumer<GgufBuilder> metadata = GgufArchitecturesTest.metadata(golden, architecture, headDim, 1e6f);
        Path model = GgufTwin.write(folder, Golden.path(golden), architecture, headDim, metadata.andThen(builder -> {
            if (kind.endsWith("yarn")) {
                builder.put("llama.rope.scaling.type", "yarn").put("llama.rope.scaling.factor", 4f);
            }
            builder.put(architecture + "." + key, value);
        }));

        requireRefused(model, null, model + ": ", architecture + "." + key);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'layers':7} | field layers is 7, but the model has 8",
                "{'hidden':1} | field hidden is 1",
                "{'index_head_dim':0} | index_head_dim is 0",
                "{'index_heads':0} | index_heads is 0",
                "{'index_heads':-4} | index_heads is -4",
                "{'index_heads':134217728} | index_heads is 134217728",
                "{'rope_dims':0} | rope_dims asks for a rotary embedding over 0",
                "{'rope_dims':15} | rope_dims asks for a rotary embedding over 15",
                "{'rope_dims':2147483646} | rope_dims asks for a rotary embedding over 2147483646",
                "{'rope_theta':0} | rope_theta is 0.0",
                "{'wk_norm_eps':0} | wk_norm_eps is 0.0",
                "{'wk_norm_eps':-1e-5} | wk_norm_eps is -1.0E-5",
                "{'always_kept':{'sink':-1}} | sink is -1",
                "{'always_kept':{'recent':-64}} | recent is -64"
            })
    void open_indexerFieldOutOfRange_isNamed(String change, String message) throws IOException {
        Path tiny = ModelLocator.find(ModelLocator.TINY);
        Path weights = IndexerFile.beside(tiny);
        assertThat(weights).isNotNull();
        Path copy = folder.resolve("i.safetensors");
        describe(weights, (ObjectNode) JsonMapper.shared().readTree(change.replace('\'', '"')), copy);

        requireRefused(tiny, copy, copy.toString(), message);
    }

    /** Copies an indexer's file with changes to the description in its {@code __metadata__}. */
    private static void describe(Path indexer, ObjectNode changes, Path to) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(indexer)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[Math.toIntExact(file.getLong())];
        file.get(header);
        ObjectNode fields = (ObjectNode) JsonMapper.shared().readTree(header);
        ObjectNode metadata = (ObjectNode) fields.get("__metadata__");
        ObjectNode description = (ObjectNode)
                JsonMapper.shared().readTree(metadata.get("indexer").asString());
        merge(description, changes);
        metadata.put("indexer", description.toString());
        byte[] changed = fields.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer copy = ByteBuffer.allocate(Long.BYTES + changed.length + file.remaining())
                .order(ByteOrder.LITTLE_ENDIAN);
        Files.write(to, copy.putLong(changed.length).put(changed).put(file).array());
    }

    private static ObjectNode read(Path json) throws IOException {
        return (ObjectNode) JsonMapper.shared().readTree(Files.readString(json));
    }

    /** Sets fields at any depth; null takes a field away. */
    private static void merge(ObjectNode into, ObjectNode changes) {
        for (String name : changes.propertyNames()) {
            JsonNode value = changes.get(name);
            if (value instanceof ObjectNode inner && into.get(name) instanceof ObjectNode old) {
                merge(old, inner);
            } else if (value.isNull()) {
                into.remove(name);
            } else {
                into.set(name, value);
            }
        }
    }

    private static void requireRefused(Path model, @Nullable Path indexer, String start, String message) {
        EngineException refusal = Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            EngineException thrown = catchThrowableOfType(EngineException.class, () -> open(model, indexer));
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES);
            return thrown;
        });
        assertThat(refusal).as("opened").isNotNull();
        assertThat(refusal.getMessage())
                .startsWith(start)
                .contains(message)
                .doesNotContain("tensor ")
                .doesNotContain("\n");
    }

    private static void open(Path model, @Nullable Path indexer) {
        try (ModelFile file = ModelFile.open(model);
                IndexerFile own = indexer == null ? null : IndexerFile.open(indexer);
                CpuBackend backend = new CpuBackend(new PlainKernels(), 1);
                Decoder decoder = new Decoder(file, backend, own)) {
            assertThat(decoder.architecture().layers()).isPositive();
        }
    }
}
