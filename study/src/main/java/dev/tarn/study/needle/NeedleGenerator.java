package dev.tarn.study.needle;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.text.Sentences;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Plants facts of the form "The secret number of Lisbon is 48213." at sentence borders of book text. With one fact in a
 * prompt this is the single-needle task; with several, each is a distractor of the others.
 */
public final class NeedleGenerator {
    private static final List<String> CITIES =
            List.of(("London,Paris,Berlin,Madrid,Lisbon,Rome,Vienna,Prague,Warsaw,Dublin,"
                            + "Athens,Moscow,Cairo,Tokyo,Delhi,Oslo,Bergen,Stockholm,Helsinki,Copenhagen,Amsterdam,Brussels,Geneva,"
                            + "Zurich,Milan,Venice,Florence,Naples,Barcelona,Seville,Porto,Lyon,Marseille,Hamburg,Munich,Dresden,"
                            + "Krakow,Budapest,Bucharest,Sofia,Belgrade,Istanbul,Jerusalem,Damascus,Baghdad,Tehran,Mumbai,Bangkok,"
                            + "Hanoi,Manila,Beijing,Shanghai,Seoul,Kyoto,Sydney,Melbourne,Auckland,Lima,Bogota,Quito,Havana,Boston,"
                            + "Chicago,Denver,Dallas,Houston,Seattle,Toronto,Montreal,Vancouver,Nairobi,Lagos,Tunis,Algiers,"
                            + "Edinburgh,Glasgow,Cardiff,Bristol,York,Oxford")
                    .split(","));

    private final Tokenizer tokenizer;
    private final ChatForm form;
    private final List<Sentences> books;

    /** A generator over texts, with a model's tokenizer and chat form. */
    public NeedleGenerator(ModelFile model, List<TextSource> texts) {
        this.tokenizer = model.tokenizer();
        this.form = ChatForm.of(model);
        this.books = texts.stream()
                .map(text -> new Sentences(text.content(), tokenizer))
                .toList();
    }

    /** The most facts that one prompt can hold. */
    public static int maxNeedles() {
        return CITIES.size();
    }

    /**
     * Makes one prompt.
     *
     * @param length tokens of everything, answer and end token included, at most
     * @param needles facts to plant; each in its own equal share of the depth
     * @param seed with the other arguments decides everything
     * @throws StudyException where no text is long enough, or the length leaves no room for text
     */
    public NeedlePrompt generate(int length, int needles, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 1_000_003 + length);
        List<String> cities = draw(random, needles);
        List<Needle> facts = new ArrayList<>();
        List<int[]> statements = new ArrayList<>();
        int room = length - form.before().length;
        int longest = 0;
        for (int i = 0; i < needles; i++) {
            String number = Integer.toString(10_000 + random.nextInt(90_000));
            double depth = (i + random.nextDouble()) / needles;
            Needle fact = needle(cities.get(i), number, depth);
            facts.add(fact);
            statements.add(tokenizer.encode(" The secret number of " + cities.get(i) + " is " + number + ".", false));
            room -= statements.getLast().length;
            longest = Math.max(longest, fact.question().length + fact.answerTokens().length + 1);
        }
        room -= longest;
        if (room < 1) {
            throw new StudyException("a prompt of " + length + " tokens leaves no room for text around " + needles
                    + " facts and a question; make it longer by " + (1 - room) + " or plant fewer");
        }
        return new NeedlePrompt(length, assemble(random, room, facts, statements), List.copyOf(facts));
    }

    private Needle needle(String city, String number, double depth) {
        int[] question = tokenizer.encode("\nWhat is the secret number of " + city + "?" + form.after(), true);
        return new Needle(depth, question, number, tokenizer.encode(" " + number, false));
    }

    private static List<String> draw(RandomGenerator random, int count) {
        List<String> left = new ArrayList<>(CITIES);
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }

    private int[] assemble(RandomGenerator random, int room, List<Needle> facts, List<int[]> statements) {
        Passage passage = Passage.draw(books, random, room);
        int[] text = passage.tokens();
        int[] context = Arrays.copyOf(form.before(), form.before().length + total(text, statements));
        int at = form.before().length;
        int copied = 0;
        for (int i = 0; i < facts.size(); i++) {
            int place = Math.max(copied, passage.borderFrom((int) (facts.get(i).depth() * text.length)));
            System.arraycopy(text, copied, context, at, place - copied);
            at += place - copied;
            copied = place;
            System.arraycopy(statements.get(i), 0, context, at, statements.get(i).length);
            at += statements.get(i).length;
        }
        System.arraycopy(text, copied, context, at, text.length - copied);
        return context;
    }

    private static int total(int[] text, List<int[]> statements) {
        return text.length + statements.stream().mapToInt(s -> s.length).sum();
    }
}
