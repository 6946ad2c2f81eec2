package dev.tarn.study.tasks;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.cells.Digest;
import dev.tarn.study.cells.SpecKey;
import dev.tarn.study.meter.ReadMeter;
import dev.tarn.study.meter.Reads;
import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Asks generated questions: each context is read once, densely, and forked for every attention and every question, which attends by
 * the attention under test, as does the answer. A prompt under an attention is a cell.
 */
public final class TaskStudy {
    private final Decoder decoder;
    private final TaskOptions options;
    private final List<Task> tasks;
    private final String identity;
    private final Cells cells;
    private final StudyListener listener;
    private final AnswerJudge judge;

    /**
     * A study of one model.
     *
     * @param texts that prompts are made from
     * @param identity as of {@link dev.tarn.study.eval.TextStudy}
     */
    public TaskStudy(
            ModelFile model,
            Decoder decoder,
            TaskOptions options,
            List<TextSource> texts,
            String identity,
            Cells cells,
            StudyListener listener) {
        Haystacks haystacks = new Haystacks(model, texts);
        this.decoder = decoder;
        this.options = options;
        this.tasks = options.tasks().stream()
                .map(name -> Tasks.of(name, haystacks, texts))
                .toList();
        this.identity = identity + "|texts "
                + Digest.of(texts.stream().map(TextSource::content).collect(Collectors.joining("\0")));
        this.cells = cells;
        this.listener = listener;
        this.judge = new AnswerJudge(decoder, model.tokenizer());
    }

    /** One prompt under one attention: questions asked and answered in each share of the depth, the last one without a depth. */
    record Cell(int[] right, int[] asked, Reads reads) {}

    /**
     * Makes sure, before long work begins, that prompts of a length can be made and asked.
     *
     * @throws StudyException where they cannot
     */
    public void check(int context) {
        int longest = decoder.architecture().contextLength();
        if (context > longest) {
            throw new StudyException("prompts of " + context + " tokens do not fit the model's context of " + longest
                    + "; ask for shorter ones");
        }
        tasks.forEach(task -> task.prompt(context, 0, options.seed()));
    }

    /** The scores of every spec at one length, by task in the order of the options. */
    public List<Map<String, TaskScore>> run(int context, List<AttentionSpec> specs) {
        List<Map<String, TaskScore>> scores = new ArrayList<>();
        specs.forEach(_ -> scores.add(new LinkedHashMap<>()));
        for (Task task : tasks) {
            List<List<Cell>> found = ask(task, context, specs);
            for (int i = 0; i < specs.size(); i++) {
                scores.get(i).put(task.name(), score(found.get(i)));
            }
        }
        return scores;
    }

    private List<List<Cell>> ask(Task task, int context, List<AttentionSpec> specs) {
        List<NeedlePrompt> prompts = prompts(task, context);
        listener.begin(task.name() + " at " + context + " tokens", (long) prompts.size() * specs.size());
        List<List<Cell>> found = new ArrayList<>();
        specs.forEach(_ -> found.add(new ArrayList<>()));
        try (DensePrefix prefix = new DensePrefix(decoder)) {
            for (int p = 0; p < prompts.size(); p++) {
                NeedlePrompt prompt = prompts.get(p);
                for (int i = 0; i < specs.size(); i++) {
                    AttentionSpec spec = specs.get(i);
                    String key = key(task, prompt, p, spec);
                    found.get(i)
                            .add(cells.get(key, Cell.class, () -> cell(prefix.read(prompt.context()), prompt, spec)));
                    listener.advance(1);
                }
            }
        }
        return found;
    }

    /** Prompts with as many questions as are to be asked, those of the last one cut to that number. */
    private List<NeedlePrompt> prompts(Task task, int context) {
        List<NeedlePrompt> prompts = new ArrayList<>();
        int left = options.items();
        while (left > 0) {
            NeedlePrompt prompt = task.prompt(context, prompts.size(), options.seed());
            List<Needle> needles =
                    prompt.needles().subList(0, Math.min(left, prompt.needles().size()));
            prompts.add(new NeedlePrompt(prompt.length(), prompt.context(), needles));
            left -= needles.stream().mapToInt(Needle::asked).sum();
        }
        return prompts;
    }

    private Cell cell(Sequence context, NeedlePrompt prompt, AttentionSpec spec) {
        ReadMeter meter = new ReadMeter(decoder.kvShape());
        int[] right = new int[Task.DEPTHS + 1];
        int[] asked = new int[Task.DEPTHS + 1];
        for (Needle needle : prompt.needles()) {
            int share = Double.isNaN(needle.depth())
                    ? Task.DEPTHS
                    : Math.min(Task.DEPTHS - 1, (int) (needle.depth() * Task.DEPTHS));
            meter.nextSequence();
            asked[share] += needle.asked();
            right[share] += judge.right(context, decoder.attention(spec, meter), needle);
        }
        return new Cell(right, asked, meter.reads());
    }

    private static TaskScore score(List<Cell> cells) {
        int[] right = new int[Task.DEPTHS + 1];
        int[] asked = new int[Task.DEPTHS + 1];
        for (Cell cell : cells) {
            for (int i = 0; i < right.length; i++) {
                right[i] += cell.right[i];
                asked[i] += cell.asked[i];
            }
        }
        Reads reads = Reads.sum(cells.stream().map(Cell::reads).toList());
        List<TaskScore.Depth> depths = new ArrayList<>();
        for (int i = 0; i < Task.DEPTHS && asked[Task.DEPTHS] == 0; i++) {
            double width = 1.0 / Task.DEPTHS;
            depths.add(new TaskScore.Depth(i * width, (i + 1) * width, right[i], asked[i]));
        }
        return new TaskScore(
                Arrays.stream(right).sum(),
                Arrays.stream(asked).sum(),
                depths,
                reads.meanBudget(),
                reads.entryBytesPerToken(),
                reads.indexBytesPerToken());
    }

    private String key(Task task, NeedlePrompt prompt, int index, AttentionSpec spec) {
        return identity + "|task " + task.name() + "|length " + prompt.length() + "|seed " + options.seed() + "|prompt "
                + index + "|questions " + prompt.needles().size() + "|" + SpecKey.of(decoder, spec);
    }
}
