package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import io.policyengine.core.config.StoreUrl;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;

/** The rules for {@code worker_core.stores} that its schema does not express. */
final class StoreRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private StoreRules() {}

    static void check(Section file, String stores) {
        for (String store : file.children(stores)) {
            String name = JsonPointer.compile(store).last().getMatchingProperty();
            if (name.equals("local")) {
                file.errorAtKey(store, "'local' always denotes the memory of the process: choose another name");
            } else if (!NAME.matches(name)) {
                file.errorAtKey(
                        store,
                        "'" + name
                                + "' is not a valid name of a store: use up to 63 letters, digits, and '.', '_' or"
                                + " '-'");
            }
            if (!file.isBroken(store)) {
                checkUrls(file, store);
                checkMode(file, store);
                TargetRules.checkKeyPair(file, store + "/tls");
            }
        }
    }

    private static void checkUrls(Section file, String store) {
        List<StoreUrl> urls = new ArrayList<>();
        for (String url : urls(file, store)) {
            try {
                StoreUrl parsed = StoreUrl.parse(file.text(url));
                urls.add(parsed);
                if (mode(file, store).equals("cluster") && parsed.database() != null && parsed.database() != 0) {
                    file.error(url, "a cluster has only database 0: remove the number");
                }
            } catch (IllegalArgumentException unusable) {
                file.error(url, String.valueOf(unusable.getMessage()));
            }
        }
        if (urls.stream().map(StoreUrl::tls).distinct().count() > 1) {
            file.error(
                    store + "/url",
                    "the URLs of one store must either all begin with redis:// or all with " + "rediss://");
        } else if (!urls.isEmpty()
                && !urls.getFirst().tls()
                && !file.children(store + "/tls").isEmpty()) {
            file.error(store + "/tls", "the store's URL begins with redis://, so these TLS settings have no effect");
        }
    }

    private static List<String> urls(Section file, String store) {
        String url = store + "/url";
        return file.at(url).isArray() ? file.children(url) : List.of(url);
    }

    private static void checkMode(Section file, String store) {
        String mode = mode(file, store);
        boolean hasMaster = file.has(store + "/master_name");
        if (mode.equals("sentinel") && !hasMaster) {
            file.error(store, "mode 'sentinel' needs master_name, the name of the master that the Sentinels watch");
        } else if (!mode.equals("sentinel") && hasMaster) {
            file.error(store + "/master_name", "only mode 'sentinel' has a master_name");
        }
        if (mode.equals("standalone") && urls(file, store).size() > 1) {
            file.error(
                    store + "/url", "mode 'standalone' takes one URL; several URLs need mode 'sentinel' or 'cluster'");
        }
        if (mode.equals("cluster") && file.at(store + "/database").asInt(0) != 0) {
            file.error(store + "/database", "a cluster has only database 0: remove this key");
        }
        if (file.has(store + "/username") && !file.has(store + "/password")) {
            file.error(store + "/username", "a user needs a password: give both here, or both in the URL");
        }
    }

    private static String mode(Section file, String store) {
        String mode = file.text(store + "/mode");
        return mode.isEmpty() ? "standalone" : mode;
    }
}
