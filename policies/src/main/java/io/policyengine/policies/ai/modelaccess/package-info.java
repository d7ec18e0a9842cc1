/** Policy {@code modelAccess}: lets requests pass by the models that they name. */
@NullMarked
package io.policyengine.policies.ai.modelaccess;

import org.jspecify.annotations.NullMarked;
