package io.policyengine.app.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartTest {
    @Test
    void knowsTheVersionOfEachJava() {
        assertThat(Start.feature("1.8")).isEqualTo(8);
        assertThat(Start.feature("17")).isEqualTo(17);
        assertThat(Start.feature("unknown")).isZero();
    }
}
