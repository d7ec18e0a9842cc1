/** UTF-8 (RFC 3629) that is checked byte by byte, wherever it is cut. */
@NullMarked
package io.policyengine.policies.format.utf8;

import org.jspecify.annotations.NullMarked;
