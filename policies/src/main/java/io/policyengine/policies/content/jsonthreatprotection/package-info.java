/** Policy {@code jsonThreatProtection}: bounds JSON bodies before a server parses them. */
@NullMarked
package io.policyengine.policies.content.jsonthreatprotection;

import org.jspecify.annotations.NullMarked;
