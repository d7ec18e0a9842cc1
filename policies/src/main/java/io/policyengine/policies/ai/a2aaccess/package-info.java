/** Policy {@code a2aAccess}: decides who may use which methods and skills of an agent. */
@NullMarked
package io.policyengine.policies.ai.a2aaccess;

import org.jspecify.annotations.NullMarked;
