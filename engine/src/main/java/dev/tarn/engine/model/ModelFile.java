package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.chat.ChatTemplate;
import dev.tarn.engine.format.GgufFile;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.HuggingFaceConfig;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.format.ShardedSafetensors;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.ContextStretch;
import dev.tarn.engine.model.architecture.GgufReader;
import dev.tarn.engine.model.architecture.HuggingFaceReader;
import dev.tarn.engine.tokenize.GgufTokenizer;
import dev.tarn.engine.tokenize.HuggingFaceTokenizer;
import dev.tarn.engine.tokenize.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model as it lies on disk: a GGUF file or a Hugging Face folder, with its weights mapped. */
public final class ModelFile implements AutoCloseable {
    private final Path path;
    private final String name;
    private final Architecture architecture;
    private final TensorFile tensors;
    private final TensorNames tensorNames;
    private final @Nullable Tokenizer tokenizer;
    private final @Nullable ChatTemplate chatTemplate;

    private ModelFile(
            Path path,
            String name,
            Architecture architecture,
            TensorFile tensors,
            TensorNames tensorNames,
            @Nullable Tokenizer tokenizer,
            @Nullable ChatTemplate chatTemplate) {
        this.path = path;
        this.name = name;
        this.architecture = architecture;
        this.tensors = tensors;
        this.tensorNames = tensorNames;
        this.tokenizer = tokenizer;
        this.chatTemplate = chatTemplate;
    }

    /**
     * Opens a .gguf file or a folder with config.json and safetensors.
     *
     * @throws EngineException if it is missing, damaged, or of an architecture that cannot be run
     */
    public static ModelFile open(Path path) {
        return open(path, ContextStretch.NONE);
    }

    /**
     * Opens a model whose context is to be stretched.
     *
     * @param stretch times its trained context, as {@link ContextStretch} says
     * @throws EngineException if it is missing, damaged, of an architecture that cannot be run, or scaled already
     */
    public static ModelFile open(Path path, double stretch) {
        if (Files.isDirectory(path)) {
            return openFolder(path, stretch);
        }
        if (!Files.exists(path)) {
            throw new EngineException(
                    path + ": there is no such model; give tiny, a .gguf file or a Hugging Face folder");
        }
        return openGguf(path, stretch);
    }

    private static ModelFile openGguf(Path path, double stretch) {
        GgufFile file = GgufFile.open(path);
        try {
            GgufMetadata metadata = file.metadata();
            long vocabulary = file.tensor(TensorNames.GGUF.embedding()).rows();
            return new ModelFile(
                    path,
                    metadata.string("general.name", stem(path)),
                    ContextStretch.apply(architecture(metadata, file, vocabulary), stretch, path),
                    file,
                    TensorNames.GGUF,
                    GgufTokenizer.read(metadata),
                    ModelText.template(metadata));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static Architecture architecture(GgufMetadata metadata, GgufFile file, long vocabulary) {
        return GgufReader.read(metadata, file, (int) Math.min(vocabulary, Integer.MAX_VALUE));
    }

    private static ModelFile openFolder(Path folder, double stretch) {
        JsonFields config = HuggingFaceConfig.read(folder);
        Architecture architecture = ContextStretch.apply(HuggingFaceReader.read(config), stretch, folder);
        Path vocabulary = folder.resolve(ModelText.TOKENIZER);
        Tokenizer tokenizer = Files.exists(vocabulary) ? HuggingFaceTokenizer.read(vocabulary) : null;
        ChatTemplate template = HuggingFaceTemplate.beside(vocabulary);
        TensorFile file = ShardedSafetensors.openFolder(folder);
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        return new ModelFile(folder, name, architecture, file, TensorNames.huggingFace(file), tokenizer, template);
    }

    /** The name of a file without its ending. */
    static String stem(Path path) {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /** Where the model lies. */
    public Path path() {
        return path;
    }

    /** The name that the file gives itself, else that of the file. */
    public String name() {
        return name;
    }

    /** What the decoder must know to run it. */
    public Architecture architecture() {
        return architecture;
    }

    /**
     * The model's tokenizer.
     *
     * @throws EngineException where the model came without one
     */
    public Tokenizer tokenizer() {
        if (tokenizer == null) {
            throw new EngineException(path
                    + ": has no tokenizer; give a GGUF file that carries one, or put tokenizer.json into the folder");
        }
        return tokenizer;
    }

    /** The model's chat template, or null where it has none. */
    public @Nullable ChatTemplate chatTemplate() {
        return chatTemplate;
    }

    /** Parameters of the layers: all but embedding and output matrix. */
    public long weights() {
        return tensors.names().stream()
                .filter(name -> !name.equals(tensorNames.embedding()) && !name.equals(tensorNames.output()))
                .mapToLong(name -> tensors.tensor(name).elements())
                .sum();
    }

    /**
     * SHA-256 in hex: of the file, or of a folder's config.json and safetensors files one after the other in the order of
     * their names.
     *
     * @throws EngineException if a file cannot be read
     */
    public String sha256() {
        return sha256(path);
    }

    /**
     * The same of a model that is not opened.
     *
     * @throws EngineException if a file cannot be read
     */
    public static String sha256(Path path) {
        return ModelHash.of(path);
    }

    TensorFile tensors() {
        return tensors;
    }

    TensorNames tensorNames() {
        return tensorNames;
    }

    /** Unmaps the weights. */
    @Override
    public void close() {
        tensors.close();
    }
}
