package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.policyengine.core.params.Doc;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescriptorTest {
    @Doc("Does one thing.")
    record Params() {}

    record Undescribed() {}

    private abstract static class Base<P extends Record> implements PolicyFactory<P> {
        @Override
        public Policy create(P params, PolicyEnvironment env) {
            return new Policy() {};
        }
    }

    @Descriptor(name = "small", version = "1.0.0", phases = Phase.REQUEST)
    private static final class Small extends Base<Params> {}

    @Descriptor(
            name = "large",
            version = "2.1.0",
            family = Family.CONTENT,
            summary = "Does all.",
            phases = {Phase.REQUEST, Phase.RESPONSE},
            requestBody = BodyNeed.BUFFERED,
            responseBody = BodyNeed.STREAMING,
            keepsRequestBody = true,
            facts = {Fact.MAY_DENY, Fact.USES_IDENTITY},
            endAccuracy = EndAccuracy.EXACT)
    private static final class Large extends Base<Params> {}

    private static final class Unstated extends Base<Params> {}

    @Descriptor(name = "mute", version = "1.0.0", phases = Phase.REQUEST)
    private static final class Mute extends Base<Undescribed> {}

    @Descriptor(name = "open", version = "1.0.0", summary = "Takes anything.", phases = Phase.REQUEST)
    private static final class Open<P extends Record> extends Base<P> {}

    @Test
    void saysAllThatTheAnnotationSays() {
        assertThat(new Large().descriptor())
                .isEqualTo(new PolicyDescriptor(
                        "large",
                        "2.1.0",
                        Family.CONTENT,
                        "Does all.",
                        Set.of(Phase.REQUEST, Phase.RESPONSE),
                        BodyNeed.BUFFERED,
                        BodyNeed.STREAMING,
                        Set.of(Fact.MAY_DENY, Fact.USES_IDENTITY),
                        EndAccuracy.EXACT,
                        true));
    }

    @Test
    void needsNothingThatTheAnnotationDoesNotName() {
        PolicyDescriptor descriptor = new Small().descriptor();

        assertThat(descriptor)
                .isEqualTo(PolicyDescriptor.headersOnly(
                        "small", "1.0.0", "Does one thing.", Set.of(Phase.REQUEST), Set.of()));
        assertThat(descriptor.family()).isEqualTo(Family.OTHER);
    }

    @Test
    void readsAClassOnce() {
        assertThat(new Small().descriptor()).isSameAs(new Small().descriptor());
    }

    @Test
    void findsTheRecordOfTheParametersBehindABaseClass() {
        assertThat(new Small().paramsType()).isEqualTo(Params.class);
    }

    @Test
    void refusesAClassWithoutAnAnnotation() {
        assertThatIllegalStateException().isThrownBy(new Unstated()::descriptor).withMessageContaining("@Descriptor");
    }

    @Test
    void refusesAPolicyThatNothingDescribes() {
        assertThatIllegalStateException()
                .isThrownBy(new Mute()::descriptor)
                .withMessageContaining("Undescribed")
                .withMessageContaining("@Doc");
    }

    @Test
    void refusesAClassThatNamesNoRecord() {
        assertThatIllegalStateException()
                .isThrownBy(new Open<Params>()::paramsType)
                .withMessageContaining("paramsType()");
    }

    @Test
    void familiesOfLaterVersionsAreOthers() {
        assertThat(Family.ofCode("ai")).isEqualTo(Family.AI);
        assertThat(Family.ofCode("space")).isEqualTo(Family.OTHER);
        assertThat(Family.ofCode("")).isEqualTo(Family.OTHER);
    }
}
