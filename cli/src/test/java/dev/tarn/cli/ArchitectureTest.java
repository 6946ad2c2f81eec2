package dev.tarn.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows and rooms of ARCHITECTURE.md, so that the map cannot drift from the house. */
class ArchitectureTest {
    private static final int MOST_LINES = 600;

    /** What each module may use of Tarn besides itself. */
    private static final Map<String, List<String>> ARROWS = new TreeMap<>(Map.of(
            "trace", List.of(),
            "policy", List.of(),
            "engine", List.of("trace", "policy"),
            "sim", List.of("trace", "policy"),
            "study", List.of("trace", "policy", "engine", "sim"),
            "cli", List.of("trace", "policy", "engine", "sim", "study")));

    private static JavaClasses house;

    @BeforeAll
    static void readTheHouse() {
        house = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.tarn");
    }

    /** Guards all other rules: a class file that cannot be read would pass every one of them. */
    @Test
    void house_isRead_holdsEveryModuleInClassFilesOfJava25() throws IOException {
        assertThat(house.stream()
                        .map(type -> type.getPackageName().split("\\.")[2])
                        .distinct())
                .contains("trace", "engine", "cli");
        assertThat(house.contain(Main.class)).isTrue();
        assertThat(house.get(Main.class).getDirectDependenciesFromSelf()).isNotEmpty();
        try (var stream = Main.class.getResourceAsStream("Main.class")) {
            assertThat(stream.readNBytes(8)[7]).isEqualTo((byte) (44 + 25));
        }
    }

    static Stream<String> modules() {
        return ARROWS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void module_usesOfTarn_onlyWhatItsArrowsPointAt(String module) {
        var allowed = Stream.concat(Stream.of(module), ARROWS.get(module).stream())
                .map(name -> "dev.tarn." + name + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage("dev.tarn." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.tarn..").and(resideOutsideOfPackages(allowed)))
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void house_everyClass_livesInAModuleThatTheArrowsKnow() {
        assertThat(house.stream()
                        .map(type -> type.getPackageName().split("\\.")[2])
                        .distinct())
                .isSubsetOf(ARROWS.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void rooms_ofAModule_formNoCycle(String module) {
        slices().matching("dev.tarn." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void parquet_isUsed_onlyInItsRoomOfTrace() {
        onlyIn("dev.tarn.trace.parquet..", "org.apache.parquet..", "org.apache.hadoop..");
    }

    @Test
    void vectorApi_isUsed_onlyInCompute() {
        onlyIn("dev.tarn.engine.compute..", "jdk.incubator.vector..");
    }

    @Test
    void roomsOfMachineCode_useOfTarn_onlyWhatIsBelowThem() {
        uses("dev.tarn.engine.foreign..");
        uses("dev.tarn.engine.compute.x86..", "dev.tarn.engine.foreign..");
        uses("dev.tarn.engine.compute.exponential..", "dev.tarn.engine.compute.x86..", "dev.tarn.engine.foreign..");
        uses(
                "dev.tarn.engine.compute.integer..",
                "dev.tarn.engine.compute.x86..",
                "dev.tarn.engine.foreign..",
                "dev.tarn.engine.format..");
    }

    private static void uses(String room, String... rooms) {
        String[] allowed = Stream.concat(Stream.of(room), Stream.of(rooms)).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(resideInAPackage("dev.tarn..").and(resideOutsideOfPackages(allowed)))
                .check(house);
    }

    @Test
    void consoleLibraries_areUsed_onlyInCli() {
        onlyIn("dev.tarn.cli..", "picocli..", "me.tongfei..", "com.github.freva..");
    }

    private static void onlyIn(String room, String... libraries) {
        noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries))
                .check(house);
    }

    @Test
    void standardStreams_areUsed_onlyInCli() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tarn.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(house);
    }

    /** Same seed, same result: no generator may draw its seed from the clock or from the machine. */
    @Test
    void randomness_always_comesFromASeed() {
        noClasses()
                .should()
                .callConstructor(java.util.Random.class)
                .orShould()
                .callConstructor(java.util.SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.security.SecureRandom.class)
                .check(house);
        noClasses()
                .that()
                .resideInAnyPackage("dev.tarn.trace..", "dev.tarn.policy..", "dev.tarn.engine..", "dev.tarn.sim..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .check(house);
    }

    @Test
    void exceptions_ofTarn_areUncheckedAndCarryAMessage() {
        classes()
                .that()
                .areAssignableTo(Exception.class)
                .should()
                .beAssignableTo(RuntimeException.class)
                .check(house);
        // What never leaves its room may be called as that room likes.
        classes()
                .that()
                .areAssignableTo(Exception.class)
                .and()
                .arePublic()
                .should()
                .haveSimpleNameEndingWith("Exception")
                .check(house);
    }

    @Test
    void packages_all_sayWhyTheyExistAndAreNullMarked() throws IOException {
        for (var folder : sourceFolders()) {
            var text = Files.readString(folder.resolve("package-info.java"));
            assertThat(text).as(folder.toString()).contains("/**").contains("@NullMarked");
            assertThat(text).as(folder.toString()).doesNotContainIgnoringCase("placeholder");
        }
    }

    @Test
    void files_all_haveAtMost600Lines() throws IOException {
        for (var file : sources("src")) {
            try (var lines = Files.lines(file)) {
                assertThat(lines.count()).as(file.toString()).isLessThanOrEqualTo(MOST_LINES);
            }
        }
    }

    private static List<Path> sourceFolders() throws IOException {
        var folders = sources("src/main/java").stream()
                .map(Path::getParent)
                .distinct()
                .toList();
        assertThat(folders).hasSizeGreaterThan(ARROWS.size());
        return folders;
    }

    /** All Java files below {@code root} of every module. */
    private static List<Path> sources(String root) throws IOException {
        var home = Path.of(System.getProperty("tarn.home"));
        var files = new ArrayList<Path>();
        for (var module : ARROWS.keySet()) {
            try (var walk = Files.walk(home.resolve(module).resolve(root))) {
                walk.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        return files;
    }
}
