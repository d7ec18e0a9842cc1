/** Virus scanners: their requests and responses over a connection. */
@NullMarked
package io.policyengine.policies.content.virusscan.scanner;

import org.jspecify.annotations.NullMarked;
