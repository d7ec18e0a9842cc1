/** Protection against bodies of any format that are malformed, or built to exhaust the servers that parse them. */
@NullMarked
package io.policyengine.policies.content.shared.threats;

import org.jspecify.annotations.NullMarked;
