/** Policy {@code jsonThreatProtection}: bounds JSON bodies before anything is made of them. */
@NullMarked
package io.policyengine.policies.content.jsonthreatprotection;

import org.jspecify.annotations.NullMarked;
