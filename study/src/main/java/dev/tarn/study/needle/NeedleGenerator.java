package dev.tarn.study.needle;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyException;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
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

    private final Haystacks haystacks;
    private final boolean led;

    /** A generator over texts, with a model's tokenizer and chat form; the whole answer is the model's. */
    public NeedleGenerator(ModelFile model, List<TextSource> texts) {
        this(new Haystacks(model, texts), false);
    }

    /**
     * A generator.
     *
     * @param led whether answers are begun for the model: "The secret number of Lisbon is"
     */
    public NeedleGenerator(Haystacks haystacks, boolean led) {
        this.haystacks = haystacks;
        this.led = led;
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
        RandomGenerator random = random(seed * 1_000_003 + length);
        List<String> cities = draw(random, needles);
        List<Needle> facts = new ArrayList<>();
        List<Statement> statements = new ArrayList<>();
        for (int i = 0; i < needles; i++) {
            String number = number(random);
            plan(cities.get(i), number, (i + random.nextDouble()) / needles, statements, facts);
        }
        return haystacks.plant(random, length, statements, List.copyOf(facts));
    }

    /**
     * Makes one of several prompts with one fact each in the same stretch of book text, so that they share what stands before the
     * facts.
     *
     * @param share which of {@code shares} equal shares of the depth the fact stands in
     */
    public NeedlePrompt generateIn(int share, int shares, int length, long seed) {
        RandomGenerator random = random((seed * 1_000_003 + length) * shares + share);
        List<Needle> facts = new ArrayList<>();
        List<Statement> statements = new ArrayList<>();
        String city = CITIES.get(random.nextInt(CITIES.size()));
        plan(city, number(random), (share + random.nextDouble()) / shares, statements, facts);
        return haystacks.plant(random(seed * 1_000_003 + length), length, statements, List.copyOf(facts));
    }

    private void plan(String city, String number, double depth, List<Statement> statements, List<Needle> facts) {
        String subject = "secret number of " + city;
        String question = "What is the " + subject + "?";
        statements.add(new Statement(depth, "The " + subject + " is " + number + "."));
        facts.add(
                led
                        ? haystacks.question(depth, question, "The " + subject + " is", number)
                        : haystacks.question(depth, question, number));
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static String number(RandomGenerator random) {
        return Integer.toString(10_000 + random.nextInt(90_000));
    }

    private static List<String> draw(RandomGenerator random, int count) {
        List<String> left = new ArrayList<>(CITIES);
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }
}
