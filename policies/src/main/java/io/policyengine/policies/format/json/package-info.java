/** JSON in bodies: read byte by byte, before anything is made of it. */
@NullMarked
package io.policyengine.policies.format.json;

import org.jspecify.annotations.NullMarked;
