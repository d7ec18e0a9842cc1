/** Incremental checks of UTF-8 (RFC 3629), and conversion to it. */
@NullMarked
package io.policyengine.policies.format.utf8;

import org.jspecify.annotations.NullMarked;
