/** Policy {@code a2aAccess}: says which methods and skills of an agent may be used, and by whom. */
@NullMarked
package io.policyengine.policies.ai.a2aaccess;

import org.jspecify.annotations.NullMarked;
