package io.policyengine.core.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script for Redis 5 and later, or Valkey. A script must access keys only through KEYS, take the time from {@code
 * redis.call('TIME')}, and give each written key a time to live.
 */
public final class StoreScript {
    private final String name;
    private final String lua;
    private final String sha1;

    /**
     * Creates a script.
     *
     * @param name for error messages
     */
    public StoreScript(String name, String lua) {
        this.name = name;
        this.lua = lua;
        this.sha1 = sha1(lua);
    }

    public String name() {
        return name;
    }

    public String lua() {
        return lua;
    }

    /** The script's SHA-1 digest for EVALSHA, in lower case. */
    public String sha1() {
        return sha1;
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java runtime has SHA-1", absent);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
