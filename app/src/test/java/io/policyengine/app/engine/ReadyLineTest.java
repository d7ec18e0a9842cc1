package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The last line of a start: every address in it can be copied into a browser or a terminal. */
class ReadyLineTest {
    @Test
    void namesWhereTheKernelServesAndWhatToTry() {
        assertThat(new ReadyLine("0.0.0.0:9001", "127.0.0.1", 9090).of(4))
                .isEqualTo("it serves Envoy at 0.0.0.0:9001 with 4 route policies; admin page:"
                        + " http://127.0.0.1:9090/ui/; to see what happens to requests: `policy-engine explain"
                        + " --follow --admin 127.0.0.1:9090`, or `policy-engine top --admin 127.0.0.1:9090`");
    }

    @Test
    void namesAnAddressThatAClientOnThisMachineCanUse() {
        assertThat(new ReadyLine("/run/e.sock", "0.0.0.0", 9090).of(1))
                .contains("at /run/e.sock with 1 route policy;", "http://127.0.0.1:9090/ui/", "--admin 127.0.0.1:9090");
        assertThat(new ReadyLine("/run/e.sock", "::", 9090).of(1)).contains("http://[::1]:9090/ui/");
        assertThat(new ReadyLine("/run/e.sock", "::1", 9090).of(1))
                .contains("http://[::1]:9090/ui/", "--admin [::1]:9090");
    }
}
