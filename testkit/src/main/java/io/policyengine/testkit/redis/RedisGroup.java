package io.policyengine.testkit.redis;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.redis.RedisServer.Kind;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Redis server with one replica, watched by two Sentinels. */
public final class RedisGroup implements AutoCloseable {
    /** Name under which the Sentinels monitor the master. */
    public static final String MASTER = "main";

    private final RedisServer first = RedisServer.start();
    private final RedisServer second = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(first.port()));
    private final List<RedisServer> sentinels;

    private RedisGroup() {
        Await.until(
                "the replica is synchronized with the master",
                () -> second.info("master_link_status").equals("up"));
        List<String> options = List.of(
                "sentinel monitor " + MASTER + " 127.0.0.1 " + first.port() + " 2",
                "sentinel down-after-milliseconds " + MASTER + " 500",
                "sentinel failover-timeout " + MASTER + " 2000");
        this.sentinels = IntStream.range(0, 2)
                .mapToObj(_ -> RedisServer.start(FreePort.next(), Kind.SENTINEL, options))
                .toList();
        Await.until(
                "the Sentinels know each other and the replica",
                () -> sentinels.stream()
                        .allMatch(each -> each.run("INFO", "sentinel").contains("slaves=1,sentinels=2")));
    }

    /** Starts a group and waits until it is ready. */
    public static RedisGroup start() {
        return new RedisGroup();
    }

    public List<RedisServer> sentinels() {
        return sentinels;
    }

    public List<String> urls() {
        return sentinels.stream().map(RedisServer::url).toList();
    }

    /** Returns the server that the last Sentinel reports as the master. */
    public RedisServer master() {
        String port = sentinels
                .getLast()
                .run("SENTINEL", "get-master-addr-by-name", MASTER)
                .lines()
                .skip(1)
                .findFirst()
                .orElse("");
        return port.equals(String.valueOf(second.port())) ? second : first;
    }

    @Override
    public void close() {
        Stream.concat(sentinels.stream(), Stream.of(second, first)).forEach(RedisServer::close);
    }
}
