package dev.endolith.pipeline;

import dev.endolith.data.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/*
 * One method of a class and those of the same class that it reaches, as a digest that does not depend
 * on the rest of the class. Each method is written into a class of its own, without debug information
 * and with the constants that it uses; compilers number lambdas in their order in the class, so they
 * are named by the order in which they are found instead.
 */
final class MethodCode {
  private static final String INITIALISER = "<clinit>()V";

  private final ClassReader file;
  private final String owner;
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, Integer> found = new HashMap<>();
  private final Deque<String> left = new ArrayDeque<>();

  MethodCode(byte[] classFile, String owner) {
    this.file = new ClassReader(classFile);
    this.owner = owner;
  }

  /** The other classes that the methods name. */
  Set<String> names() {
    names.remove(owner);
    return names;
  }

  String digest(String method, String descriptor) {
    StringBuilder all = new StringBuilder();
    find(method + descriptor);
    for (String next = left.poll(); next != null; next = left.poll()) {
      all.append(one(next)).append('\n');
    }
    return Digest.ofText(all.toString()).hex();
  }

  private int find(String method) {
    Integer known = found.get(method);
    if (known == null) {
      known = found.size();
      found.put(method, known);
      left.add(method);
    }
    return known;
  }

  private String one(String method) {
    List<String> digests = new ArrayList<>(1);
    file.accept(
        new ClassVisitor(ClassNames.API) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return method.equals(name + descriptor) ? write(access, descriptor, digests) : null;
          }
        },
        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return digests.isEmpty() ? "inherited " + method : digests.get(0);
  }

  private MethodVisitor write(int access, String descriptor, List<String> digests) {
    ClassWriter alone = new ClassWriter(0);
    alone.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, owner, null, "java/lang/Object", new String[0]);
    MethodVisitor writer = alone.visitMethod(access, "code", descriptor, null, null);
    return new ClassNames.Body(names, writer) {
      @Override
      public void visitMethodInsn(
          int opcode, String type, String name, String descriptor, boolean isInterface) {
        if (type.equals(owner)) {
          find(name + descriptor);
          find(INITIALISER);
        }
        super.visitMethodInsn(opcode, type, name, descriptor, isInterface);
      }

      @Override
      public void visitFieldInsn(int opcode, String type, String name, String descriptor) {
        if (type.equals(owner)) {
          find(INITIALISER);
        }
        super.visitFieldInsn(opcode, type, name, descriptor);
      }

      @Override
      public void visitInvokeDynamicInsn(
          String name, String descriptor, Handle bootstrap, Object... arguments) {
        Object[] renamed = arguments.clone();
        for (int i = 0; i < renamed.length; i++) {
          if (renamed[i] instanceof Handle handle && handle.getOwner().equals(owner)) {
            int number = find(handle.getName() + handle.getDesc());
            renamed[i] =
                new Handle(
                    handle.getTag(),
                    owner,
                    "lambda" + number,
                    handle.getDesc(),
                    handle.isInterface());
          }
        }
        super.visitInvokeDynamicInsn(name, descriptor, bootstrap, renamed);
      }

      @Override
      public void visitEnd() {
        super.visitEnd();
        digests.add(Digest.of(alone.toByteArray()).hex());
      }
    };
  }
}
