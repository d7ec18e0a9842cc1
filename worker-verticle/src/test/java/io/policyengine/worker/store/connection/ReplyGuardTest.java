package io.policyengine.worker.store.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of what a server may reply. */
class ReplyGuardTest {
    private final EmbeddedChannel connection = new EmbeddedChannel(new ReplyGuard());

    private void receive(String octets) {
        connection.writeInbound(Unpooled.copiedBuffer(octets, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*2147483647\r\n",
                "%2147483647\r\n",
                "*99999999999999\r\n",
                "$2147483647\r\n",
                "*1\r\n$500000000\r\n"
            })
    void anAnnouncementOfTooMuchEndsTheConnection(String reply) {
        assertThatThrownBy(() -> receive(reply))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exceeds the size limit");

        assertThat(connection.isOpen()).isFalse();
        assertThat(connection.inboundMessages()).isEmpty();
    }

    @Test
    void arraysThatAddUpEndTheConnection() {
        long each = ReplyGuard.MAX_REPLY / 16 / 4;
        String array = "*" + each + "\r\n";
        receive(array.repeat(3));

        assertThatThrownBy(() -> receive(array)).isInstanceOf(IOException.class);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void arraysThatAreTooDeepEndTheConnection() {
        receive("*1\r\n".repeat(32));

        assertThatThrownBy(() -> receive("*1\r\n")).isInstanceOf(IOException.class);
    }

    @Test
    void aLineWithoutEndEndsTheConnection() {
        String piece = "x".repeat(1 << 20);
        receive("+");
        for (long sent = 1 << 20; sent < ReplyGuard.MAX_REPLY; sent += 1 << 20) {
            receive(piece);
        }

        assertThatThrownBy(() -> receive(piece)).isInstanceOf(IOException.class);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void anyNumberOfRepliesPassesHoweverTheyAreCut() {
        List<String> replies = List.of(
                "+OK",
                ":-12",
                "$-1",
                "*-1",
                "*0",
                "$0",
                "",
                "$4",
                "*9",
                "",
                "-ERR 99999999999 no",
                "*3",
                ":1",
                "*2",
                "$1",
                "a",
                "$-1",
                "$3",
                "b\nc",
                "%1",
                "+a",
                "_",
                "#t");
        for (String reply : replies) {
            (reply + "\r\n").chars().forEach(octet -> receive(String.valueOf((char) octet)));
        }
        String string = "$1048576\r\n" + "x".repeat(1 << 20) + "\r\n";
        for (long sent = 0; sent <= 2 * ReplyGuard.MAX_REPLY; sent += 1 << 20) {
            receive(string);
            connection.releaseInbound();
        }

        assertThat(connection.isOpen()).isTrue();
    }
}
