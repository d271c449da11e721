package io.weirflow.language.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The codes of expressions are in the one registry, and so in the documentation. */
final class RegisteredCodesTest {

    @ParameterizedTest
    @EnumSource(ProblemCode.class)
    void everyCodeIsRegistered(ProblemCode code) {
        List<String> registered = Arrays.stream(io.weirflow.language.problem.ProblemCode.values())
                .map(io.weirflow.language.problem.ProblemCode::code)
                .toList();
        assertThat(registered).contains(code.code());
    }
}
