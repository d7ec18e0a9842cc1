/** Protection against bodies that are malformed, or built to exhaust their readers, in any format. */
@NullMarked
package io.policyengine.policies.content.shared.threats;

import org.jspecify.annotations.NullMarked;
