package io.weirflow.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.weirflow.docs.Document.CodeBlock;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.language.problem.Problem;
import io.weirflow.language.problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps the documents true where a machine can tell. */
final class DocumentsTest {

    /** Stands before a pipeline that a later version will understand. */
    private static final String NOT_BUILT_YET = "<!-- not built yet -->";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.weirflow");
    private static final ConnectorCatalog CONNECTORS = ConnectorCatalog.load(DocumentsTest.class.getClassLoader());
    /** Documents may name variables that are not set here. */
    private static final Environment VARIABLES = name -> Optional.of("http://127.0.0.1/");

    @Test
    void relativeLinksResolve() {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Document document : Document.all()) {
            for (String link : document.links()) {
                if (!link.matches("[a-z]+:.*")) {
                    checked++;
                    if (!resolves(document, link)) {
                        broken.add(document.name() + ": " + link);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(checked).isGreaterThan(20);
    }

    private static boolean resolves(Document document, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? document.file()
                : document.file().resolveSibling(parts[0]).normalize();
        if (!target.startsWith(Document.root()) || !Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || Document.of(Document.root().relativize(target).toString())
                        .anchors()
                        .contains(parts[1]);
    }

    @Test
    void theClassesThatEnforceTheRulesExist() {
        Set<String> names = new HashSet<>();
        for (JavaClass type : CLASSES) {
            names.add(
                    type.getName().substring(type.getPackageName().length() + 1).replace('$', '.'));
        }
        List<String> rows = Document.of("docs/PROTOCOL.md").lines().stream()
                .filter(line -> line.matches("\\| R[0-9]+ \\|.*"))
                .toList();
        assertThat(rows.stream().map(row -> row.split(" \\| ")[0].substring(2)))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 14).mapToObj(i -> "R" + i).toList());
        for (String row : rows) {
            assertThat(Document.code(row)).as(row).isNotEmpty().allMatch(names::contains);
        }
    }

    @Test
    void thePackagesOfTheArchitectureExist() {
        Set<String> names = new HashSet<>();
        for (JavaClass type : CLASSES) {
            names.add(type.getName());
            names.add(type.getPackageName());
        }
        List<String> named = Document.of("docs/ARCHITECTURE.md").lines().stream()
                .flatMap(line -> Document.code(line).stream())
                .filter(code -> code.startsWith("io.weirflow."))
                .toList();
        assertThat(named).hasSizeGreaterThan(20).allMatch(names::contains);
    }

    @Test
    void theModulesAreThoseOfTheBuild() throws IOException {
        Set<String> built = new TreeSet<>();
        Matcher module = Pattern.compile("<module>([^<]+)</module>")
                .matcher(Files.readString(Document.root().resolve("pom.xml")));
        while (module.find()) {
            built.add(module.group(1));
        }
        List<String> lines = Document.of("docs/ARCHITECTURE.md").lines();
        int table = lines.indexOf("| module | package | what is in it | may depend on |");
        assertThat(table).isPositive();
        Set<String> described = new TreeSet<>();
        for (String row : lines.subList(table + 2, lines.size())) {
            if (!row.startsWith("|")) {
                break;
            }
            described.add(Document.code(row).get(0));
        }
        assertThat(described).isEqualTo(built);
    }

    @Test
    void pipelinesInDocumentsCompile() {
        int checked = 0;
        for (Document document : Document.all()) {
            for (CodeBlock block : document.codeBlocks()) {
                if (block.language().equals("yaml") && block.text().startsWith("pipeline:")) {
                    List<Problem> errors = errors(compile(document, block));
                    if (block.before().equals(NOT_BUILT_YET)) {
                        assertThat(errors)
                                .as("%s:%d is built by now: remove the mark", document.name(), block.line())
                                .isNotEmpty();
                    } else {
                        assertThat(errors)
                                .as("%s:%d", document.name(), block.line())
                                .isEmpty();
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(2);
    }

    private static Compilation compile(Document document, CodeBlock block) {
        Path folder = document.file().resolveSibling("");
        return new PipelineCompiler().compile(block.text(), document.name(), folder, VARIABLES, CONNECTORS);
    }

    private static List<Problem> errors(Compilation compilation) {
        return compilation.problems().stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .toList();
    }

    @Test
    void theFirstPipelineHasFifteenLinesAndNoWarnings() {
        Document readme = Document.of("README.md");
        CodeBlock first = readme.codeBlocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .findFirst()
                .orElseThrow();
        assertThat(first.text().lines()).hasSizeLessThanOrEqualTo(15);
        assertThat(compile(readme, first).problems()).isEmpty();
    }

    @Test
    void theMistakesThatTheReadmeShowsAreTheRealOnes() {
        Document readme = Document.of("README.md");
        CodeBlock first = readme.codeBlocks().stream()
                .filter(block -> block.language().equals("yaml"))
                .findFirst()
                .orElseThrow();
        String shown = readme.codeBlocks().stream()
                .map(CodeBlock::text)
                .filter(text -> text.startsWith("first.yaml:"))
                .findFirst()
                .orElseThrow();
        String misspelt = first.text().replace("SUM(amount)", "SUM(amuont)").replace("from: per_user", "from: per_usr");
        Compilation compilation =
                new PipelineCompiler().compile(misspelt, "first.yaml", Document.root(), VARIABLES, CONNECTORS);
        assertThat(compilation.problems().stream().map(Problem::render))
                .containsExactlyElementsOf(shown.lines().toList());
    }

    @Test
    void theExamplesCompile() throws IOException {
        try (Stream<Path> files = Files.walk(Document.root().resolve("examples"))) {
            List<Path> pipelines = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
            assertThat(pipelines).hasSizeGreaterThanOrEqualTo(3);
            for (Path pipeline : pipelines) {
                Compilation compilation =
                        new PipelineCompiler().compile(pipeline, name -> Optional.empty(), CONNECTORS);
                assertThat(compilation.problems()).as(pipeline.toString()).isEmpty();
            }
        }
    }
}
