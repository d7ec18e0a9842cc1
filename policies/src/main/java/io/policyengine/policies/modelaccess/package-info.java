/** Policy {@code modelAccess}: lets requests pass by the models that they name. */
@NullMarked
package io.policyengine.policies.modelaccess;

import org.jspecify.annotations.NullMarked;
