package io.weirflow.protocol.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlanCodecTest {

    private static final Pipeline PLAN = SamplePlans.everything();

    @Test
    void everyKindSurvives() {
        assertThat(PlanCodec.decode(PlanCodec.encode(PLAN))).isEqualTo(PLAN);
    }

    @Test
    void optionsKeepTheirOrder() {
        Options options = ((StageInput.Source)
                        PlanCodec.decode(PlanCodec.encode(PLAN)).stage(0).input())
                .options();
        assertThat(options.values().keySet())
                .containsExactly("path", "password", "max", "rate", "limit", "nested", "dollars", "none");
    }

    @Test
    void bytesOfVersion1StayReadableAndStayTheSame() {
        byte[] old = Fixtures.bytes("wire/plan-v1.json");
        assertThat(PlanCodec.decode(old)).isEqualTo(PLAN);
        assertThat(new String(PlanCodec.encode(PLAN), UTF_8)).isEqualTo(new String(old, UTF_8));
    }

    /** What plans could not say when the first file was written. */
    @Test
    void laterKindsHaveBytesOfTheirOwn() {
        Map.of("processing", SamplePlans.inProcessingTime(), "call", SamplePlans.calls())
                .forEach((name, plan) -> {
                    byte[] old = Fixtures.bytes("wire/plan-v1-" + name + ".json");
                    assertThat(PlanCodec.decode(old)).isEqualTo(plan);
                    assertThat(new String(PlanCodec.encode(plan), UTF_8)).isEqualTo(new String(old, UTF_8));
                });
    }

    @Test
    void columnsThatAreReadSurvive() {
        Pipeline narrow = reading(List.of(0));
        assertThat(new String(PlanCodec.encode(narrow), UTF_8)).contains("\"readColumns\":[0]");
        assertThat(PlanCodec.decode(PlanCodec.encode(narrow))).isEqualTo(narrow).isNotEqualTo(PLAN);
        Pipeline none = reading(List.of());
        assertThat(PlanCodec.decode(PlanCodec.encode(none))).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[99]", "[-1]", "[0,0]", "[1,0]"})
    void columnsThatTheSourceLacksAreRefused(String columns) {
        String bad = new String(PlanCodec.encode(reading(List.of(0))), UTF_8).replace("[0],", columns + ",");
        bad = bad.replace("\"readColumns\":[0]", "\"readColumns\":" + columns);
        byte[] bytes = bad.getBytes(UTF_8);
        assertThatThrownBy(() -> PlanCodec.decode(bytes))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("plan.stages[0].input: stream events cannot read column");
    }

    private static Pipeline reading(List<Integer> columns) {
        List<StagePlan> stages = new ArrayList<>(PLAN.stages());
        StagePlan first = stages.get(0);
        StageInput source = ((StageInput.Source) first.input()).reading(columns);
        stages.set(0, new StagePlan(0, first.name(), first.uid(), first.slots(), source, first.steps()));
        return new Pipeline(PLAN.name(), stages);
    }

    @Test
    void theJarOfAnOperatorSurvives() {
        Step operator = PLAN.stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .filter(step -> step.spec() instanceof StepSpec.UserOperator)
                .findFirst()
                .orElseThrow();
        StepSpec.UserOperator spec = (StepSpec.UserOperator) operator.spec();
        StepSpec jarred = new StepSpec.UserOperator(spec.className(), spec.config(), spec.keyColumns(), "risk-2.jar");
        Step step = new Step(0, "e", List.of(), operator.inputType(), operator.rowType(), jarred);
        Pipeline plan = new Pipeline("p", List.of(PLAN.stage(0).withSteps(List.of(step))));
        assertThat(new String(PlanCodec.encode(plan), UTF_8)).contains("\"jar\":\"risk-2.jar\"");
        assertThat(PlanCodec.decode(PlanCodec.encode(plan))).isEqualTo(plan);
    }

    @Test
    void whatBecomesOfPoisonSurvives() {
        Pipeline parking = new Pipeline(PLAN.name(), PLAN.stages(), OnPoison.PARK);
        assertThat(new String(PlanCodec.encode(parking), UTF_8)).contains("\"onPoison\":\"PARK\"");
        assertThat(PlanCodec.decode(PlanCodec.encode(parking)))
                .isEqualTo(parking)
                .isNotEqualTo(PLAN);
    }

    @Test
    void bytesLiteralSurvives() {
        Expr literal = new Expr.Literal(Scalar.VARBINARY, new byte[] {0, -1, 127});
        ObjectNode json = Json.object();
        json.set("x", ExprJson.write(literal));
        Expr back = Json.parse(Json.bytes(json), "test").object("x", ExprJson::read);
        assertThat((byte[]) ((Expr.Literal) back).value()).containsExactly(0, -1, 127);
    }

    @Test
    void fingerprintTellsPlansApart() {
        assertThat(PlanCodec.fingerprint(PLAN)).matches("[0-9a-f]{16}").isEqualTo(PlanCodec.fingerprint(PLAN));
        assertThat(PlanCodec.fingerprint(SamplePlans.twoStages("a", 1)))
                .isNotEqualTo(PlanCodec.fingerprint(SamplePlans.twoStages("a", 2)));
    }

    @Test
    void secretsAreReferencesOnly() {
        assertThat(new String(PlanCodec.encode(PLAN), UTF_8)).contains("{\"$secret\":\"Bearer ${TOKEN}\"}");
    }

    @Test
    void aDeepExpressionSurvives() {
        Expr deep = Expr.Literal.of(1);
        for (int i = 0; i < 350; i++) {
            deep = new Expr.Call(Function.NEGATE, List.of(deep), Scalar.BIGINT, false);
        }
        ObjectNode json = Json.object();
        json.set("x", ExprJson.write(deep));
        JsonObject parsed = Json.parse(Json.bytes(json), "test");
        assertThat(parsed.<Expr>object("x", ExprJson::read)).isEqualTo(deep);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"v\":1, | {\"v\":2, | plan: format version 2 is not supported",
                "\"connector\":\"file\" | \"connector\":7 | plan.stages[0].input.connector: expected a text, found 7",
                "\"do\":\"filter\" | \"do\":\"fly\" | plan.stages[0].steps[0].spec: unknown kind of step 'fly'",
                "\"do\":\"filter\" | \"do\":\"filter\",\"new\":1 | plan.stages[0].steps[0].spec: unknown field 'new'",
                "\"function\":\"IS_NULL\" | \"function\":\"IS_ODD\" | 'IS_ODD' is not a Function",
                "\"decimal\":[10,2] | \"decimal\":[50,2] | DECIMAL(50,2) is out of range",
                "\"e\":\"case\" | \"e\":\"cake\" | unknown kind of expression 'cake'",
                "\"window\":\"session\" | \"window\":\"door\" | unknown kind of window 'door'",
                "\"from\":\"ingestion\" | \"from\":\"tea\" | plan.stages[3].input.eventTime: unknown kind of event time",
                "\"reads\":\"inbox\" | \"reads\":\"mind\" | plan.stages[1].input: unknown kind of input 'mind'",
                "\"VARCHAR\" | \"TEXT\" | 'TEXT' is not a Scalar",
                "\"$double\":\"Infinity\" | \"$double\":\"much\" | 'much' is not a number",
                "\"id\":1,\"name\":\"operator\" | \"id\":2,\"name\":\"operator\" | stage operator is not at its id",
                "\"slots\":4 | \"slots\":0 | plan.stages[0]: stage events has no slots",
                "\"slots\":4, | `` | plan.stages[0]: field 'slots' is missing",
                "\"slots\":4 | \"slots\":4,\"slots\":4 | plan: not JSON: Duplicate field 'slots'",
            })
    void malformedPlansSayWhere(String part, String replacement, String message) {
        String good = new String(PlanCodec.encode(PLAN), UTF_8);
        int at = good.indexOf(part);
        assertThat(at).as(part).isNotNegative();
        String bad = good.substring(0, at) + replacement + good.substring(at + part.length());
        assertThatThrownBy(() -> PlanCodec.decode(bad.getBytes(UTF_8)))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void damagedBytesAreNeverAnythingElseThanAWireFormatException() {
        byte[] good = PlanCodec.encode(PLAN);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            try {
                PlanCodec.decode(bad);
            } catch (WireFormatException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        for (String text : List.of("", "null", "[]", "7", "{}", "{\"v\":1}", "{\"v\":1,\"name\":null}")) {
            assertThatThrownBy(() -> PlanCodec.decode(text.getBytes(UTF_8))).isInstanceOf(WireFormatException.class);
        }
    }

    @Test
    void theSampleHasEveryKind() {
        String all = new String(PlanCodec.encode(PLAN), UTF_8);
        for (Class<?> kind : StepSpec.class.getPermittedSubclasses()) {
            assertThat(Stream.of(PLAN, SamplePlans.calls())
                            .flatMap(plan -> plan.stages().stream())
                            .flatMap(stage -> stage.steps().stream())
                            .anyMatch(step -> kind.isInstance(step.spec())))
                    .as(kind.getSimpleName())
                    .isTrue();
        }
        assertThat(all).contains("\"e\":\"field\"", "\"e\":\"cast\"", "\"e\":\"case\"", "\"e\":\"call\"");
        assertThat(Expr.class.getPermittedSubclasses()).hasSize(6);
    }
}
