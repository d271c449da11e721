package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Codes are searched for and written down by people: none ever changes, and each is documented. */
final class ProblemCodesTest {

    /** Add new ones; never change or remove one. */
    private static final List<String> PUBLISHED = List.of(
            "WF-1001 FILE_UNREADABLE",
            "WF-1002 YAML_SYNTAX",
            "WF-1003 TOO_LARGE",
            "WF-1004 REFUSED_YAML",
            "WF-1005 DUPLICATE_KEY",
            "WF-1006 UNKNOWN_KEY",
            "WF-1007 WRONG_SHAPE",
            "WF-1008 MISSING_KEY",
            "WF-1101 BAD_NAME",
            "WF-1102 DUPLICATE_NAME",
            "WF-1103 UNKNOWN_ENTRY",
            "WF-1104 CYCLE",
            "WF-1105 BAD_VALUE",
            "WF-1106 BAD_DURATION",
            "WF-1107 BAD_TYPE",
            "WF-1108 CONFLICTING_KEYS",
            "WF-1109 UNUSED",
            "WF-1110 UNEQUAL_COLUMNS",
            "WF-1111 BAD_WINDOW",
            "WF-1112 NO_EVENT_TIME",
            "WF-1113 BAD_EVENT_TIME",
            "WF-1114 COLUMN_CLASH",
            "WF-1115 BAD_TEMPLATE",
            "WF-1116 NO_EFFECT",
            "WF-1201 SQL_SYNTAX",
            "WF-1202 SQL_DUPLICATE_COLUMN",
            "WF-1203 UNKNOWN_COLUMN",
            "WF-1204 SQL_UNKNOWN_FUNCTION",
            "WF-1205 SQL_WRONG_TYPES",
            "WF-1206 SQL_NOT_BOOLEAN",
            "WF-1207 SQL_MISPLACED_AGGREGATE",
            "WF-1208 SQL_NOT_GROUPED",
            "WF-1209 SQL_NOT_DETERMINISTIC",
            "WF-1210 SQL_NOT_SUPPORTED",
            "WF-1211 SQL_BAD_LITERAL",
            "WF-1301 UNKNOWN_CONNECTOR",
            "WF-1302 WRONG_SIDE",
            "WF-1303 UNKNOWN_OPTION",
            "WF-1304 MISSING_OPTION",
            "WF-1305 BAD_OPTION",
            "WF-1306 REFUSED_OPTION",
            "WF-1307 UNKNOWN_FORMAT",
            "WF-1308 FORMAT_UNFIT",
            "WF-1309 GUARANTEE_TOO_STRONG",
            "WF-1310 NO_COLUMNS",
            "WF-1401 VARIABLE_NOT_SET",
            "WF-1402 BAD_REFERENCE",
            "WF-1403 SECRET_MISPLACED",
            "WF-1901 NOT_BUILT");

    @Test
    void codesAreAppendOnly() {
        assertThat(Arrays.stream(ProblemCode.values())
                        .map(code -> code.code() + " " + code.name())
                        .toList())
                .isEqualTo(PUBLISHED);
        assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void theTableOfTheDocumentationIsComplete() throws IOException {
        List<String> documented = Files.readAllLines(Path.of("../docs/LANGUAGE.md")).stream()
                .filter(line -> line.startsWith("| WF-"))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(ProblemCode.values())
                        .map(ProblemCodesTest::row)
                        .toList());
    }

    private static String row(ProblemCode code) {
        String warning = code.severity() == Severity.WARNING ? " (warning)" : "";
        return "| " + code.code() + " | " + code.meaning() + warning + " |";
    }
}
