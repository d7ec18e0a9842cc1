package io.policyengine.policies.shared.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.policies.shared.template.Template.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TemplateTest {
    @Test
    void isTakenApart() {
        assertThat(Template.parse("a${request.path}$${b}${metadata.x.y z}${identity.id}${request.header.X}")
                        .parts())
                .containsExactly(
                        new Part.Literal("a"),
                        new Part.RequestPath(),
                        new Part.Literal("${b}"),
                        new Part.MetadataValue("x.y z"),
                        new Part.MetadataValue("identity.id"),
                        new Part.RequestHeader("X"));
        assertThat(Template.parse("").parts()).isEqualTo(List.of(new Part.Literal("")));
        assertThat(Template.parse("$").parts()).isEqualTo(List.of(new Part.Literal("$")));
    }

    @Test
    void pointsToTheNearestName() {
        Map<String, String> meant = Map.of(
                "request.pth", "request.path",
                "reqest.path", "request.path",
                "request.headr.X", "request.header.NAME",
                "metdata.tenant", "metadata.KEY",
                "identity.ip", "identity.id",
                "requestid", "request.id");

        meant.forEach((wrong, right) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> Template.parse("${" + wrong + "}"))
                .withMessage("unknown ${" + wrong + "}, did you mean '" + right + "'?"));
    }
}
